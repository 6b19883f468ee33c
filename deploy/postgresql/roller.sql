-- Databasens roller för liggaren. Körs av databasens administratör, ansluten till liggarens databas, t.ex.
--   createdb faktura && psql -d faktura -f roller.sql
-- Den kan köras igen: efter en återställning, och när en ny rad ska gälla.
--
--   betalningsansvar_agare  äger tabellerna: gör liggaren och uppgraderar den. Används bara då, av den som sköter servern.
--   betalningsansvar        är programmet: läser och lägger till, men kan varken ändra, ta bort eller göra om något.
--   betalningsansvar_las    är revision och uppföljning: läser.
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['betalningsansvar_agare', 'betalningsansvar', 'betalningsansvar_las']) AS name
WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name)
\gexec

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO betalningsansvar_agare, betalningsansvar, betalningsansvar_las',
              current_database()) \gexec

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO betalningsansvar_agare;
GRANT USAGE ON SCHEMA public TO betalningsansvar, betalningsansvar_las;

-- De tabeller som finns, och de som ägaren gör vid nästa uppgradering.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, betalningsansvar, betalningsansvar_las;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO betalningsansvar;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO betalningsansvar_las;
ALTER DEFAULT PRIVILEGES FOR ROLE betalningsansvar_agare IN SCHEMA public
    GRANT SELECT, INSERT ON TABLES TO betalningsansvar;
ALTER DEFAULT PRIVILEGES FOR ROLE betalningsansvar_agare IN SCHEMA public
    GRANT SELECT ON TABLES TO betalningsansvar_las;
