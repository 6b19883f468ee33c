BEGIN TRANSACTION;
CREATE TABLE dispute (
	id INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	kommun TEXT NOT NULL, 
	period TEXT NOT NULL, 
	arende_id TEXT NOT NULL, 
	line INTEGER, 
	reason TEXT NOT NULL, 
	amount_ore INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(entry) REFERENCES entry (seq), 
	FOREIGN KEY(line) REFERENCES line (id)
)
 STRICT

;
INSERT INTO "dispute" VALUES(1,7,'1384','2018-11','K-1',NULL,'FEL_DATUM',1420000);
CREATE TABLE dispute_step (
	entry INTEGER NOT NULL, 
	dispute INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	decision TEXT NOT NULL, 
	PRIMARY KEY (entry), 
	FOREIGN KEY(entry) REFERENCES entry (seq), 
	FOREIGN KEY(dispute) REFERENCES dispute (id)
)
 STRICT

;
INSERT INTO "dispute_step" VALUES(8,1,1,'');
INSERT INTO "dispute_step" VALUES(9,1,2,'');
CREATE TABLE entry (
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	at TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (seq)
)
 STRICT

;
INSERT INTO "entry" VALUES(1,'run','2018-12-13T09:30:00+00:00','1f61af41326a9480f98230d54d31b58b398939b3afb89a54296706d7ff8de855','0000000000000000000000000000000000000000000000000000000000000000','b1b74d84763ae72d10d00e69e6331fc8bb132d23f0ccda8cbdeafccba9b99972');
INSERT INTO "entry" VALUES(2,'invoice','2018-12-13T09:30:00+00:00','5d1533e6b15bd4ed131cb622234ed8db2875c2017c390be6543eca56926ed9cb','b1b74d84763ae72d10d00e69e6331fc8bb132d23f0ccda8cbdeafccba9b99972','95195a11c69a03e46d6779f5ac0e460988d959fc82bcc9f6978ad971d664ab36');
INSERT INTO "entry" VALUES(3,'invoice','2018-12-13T09:30:00+00:00','f9138af5946aefad4c853d0e4106486a8fb7faa554b356b7f99131d1d3a58500','95195a11c69a03e46d6779f5ac0e460988d959fc82bcc9f6978ad971d664ab36','59065169e6c7db00e0982e9dd6e1706c7de79a821b5ddafb2026100b0d3a57be');
INSERT INTO "entry" VALUES(4,'run','2018-12-13T09:30:00+00:00','1f61af41326a9480f98230d54d31b58b398939b3afb89a54296706d7ff8de855','59065169e6c7db00e0982e9dd6e1706c7de79a821b5ddafb2026100b0d3a57be','2d317f1c93685113c462541b34375fd50eb00623a79aa04bde8409d1443d2c7d');
INSERT INTO "entry" VALUES(5,'invoice','2018-12-13T09:30:00+00:00','f5d5d3ed99891dda5bd903cbb0edc64cc7e543ba614e4ba9de75f6b0a694f5b6','2d317f1c93685113c462541b34375fd50eb00623a79aa04bde8409d1443d2c7d','45a3dfa9768f3a4510cae7936bf7884a9d48d97b7b37aa763b020ede4cd2268c');
INSERT INTO "entry" VALUES(6,'invoice','2018-12-13T09:30:00+00:00','d07598bd484dbfa9ce9adc3661be0758f86ab2190ac01d3c6a503615c1bad13c','45a3dfa9768f3a4510cae7936bf7884a9d48d97b7b37aa763b020ede4cd2268c','048136e15f6f461ed0a10d5dd29d2c2dde73aa067e9c74da84dc330087c60b6a');
INSERT INTO "entry" VALUES(7,'dispute','2018-12-13T09:30:00+00:00','a40c69cea6c61b47f2944ce0d4349a9e6321edd9f0bfd9314d8d3b8ba1d0c23c','048136e15f6f461ed0a10d5dd29d2c2dde73aa067e9c74da84dc330087c60b6a','c03257905816498ace9534c19c2395dafb3cce0f71882b399fe66b9bfbffcfc2');
INSERT INTO "entry" VALUES(8,'dispute_step','2018-12-13T09:30:00+00:00','825b5bbff7e640ad0d5abd899c29960527246c9d181d07c4f4e19d5fad3795a0','c03257905816498ace9534c19c2395dafb3cce0f71882b399fe66b9bfbffcfc2','5e1ce422882f34292cd8b86ccdea06b7d1d813192488f7ec9fd49e33e56ec786');
INSERT INTO "entry" VALUES(9,'dispute_step','2018-12-13T09:30:00+00:00','97cea6ce8de9f63d4040d934118d9acdda0afdc18ae6802215e9908b5a4632e7','5e1ce422882f34292cd8b86ccdea06b7d1d813192488f7ec9fd49e33e56ec786','502284759174b2e00de1cf4524b3eaa918cad00d355ba3866fd83b6974f1d5af');
CREATE TABLE invoice (
	number INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	kommun TEXT NOT NULL, 
	period TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	credits INTEGER, 
	invoice_date TEXT NOT NULL, 
	amount_ore INTEGER NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(entry) REFERENCES entry (seq), 
	FOREIGN KEY(run) REFERENCES run (entry), 
	FOREIGN KEY(credits) REFERENCES invoice (number)
)
 STRICT

;
INSERT INTO "invoice" VALUES(1,2,1,'1380','2018-11','invoice',NULL,'2018-12-13',5680000);
INSERT INTO "invoice" VALUES(2,3,1,'1384','2018-11','invoice',NULL,'2018-12-13',1420000);
INSERT INTO "invoice" VALUES(3,5,4,'1380','2018-11','credit',1,'2018-12-13',-3550000);
INSERT INTO "invoice" VALUES(4,6,4,'1380','2018-11','invoice',NULL,'2018-12-13',2840000);
CREATE TABLE law_text (
	sha256 TEXT NOT NULL, 
	name TEXT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (sha256)
)
 STRICT

;
INSERT INTO "law_text" VALUES('c8fc5c5ae536c116ec0080d72392021c09aa66db3601d9a8c8b6dba2b2168c46','halland.toml','id = "halland"
');
CREATE TABLE ledger_schema (
	version INTEGER NOT NULL, 
	upgraded_at TEXT NOT NULL, 
	PRIMARY KEY (version)
)
 STRICT

;
INSERT INTO "ledger_schema" VALUES(1,'2018-12-13T09:30:00+00:00');
INSERT INTO "ledger_schema" VALUES(2,'2018-12-13T09:30:00+00:00');
CREATE TABLE line (
	id INTEGER NOT NULL, 
	invoice INTEGER NOT NULL, 
	arende_id TEXT NOT NULL, 
	regelverk TEXT NOT NULL, 
	modell TEXT NOT NULL, 
	fran TEXT NOT NULL, 
	tom TEXT NOT NULL, 
	dygn_micro INTEGER NOT NULL, 
	rate_ore INTEGER NOT NULL, 
	amount_ore INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	reverses INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(invoice) REFERENCES invoice (number), 
	FOREIGN KEY(reverses) REFERENCES line (id)
)
 STRICT

;
INSERT INTO "line" VALUES(1,1,'H-1','halland','individuell','2018-11-01','2018-11-05',5000000,710000,3550000,'',NULL);
INSERT INTO "line" VALUES(2,1,'H-2','halland','individuell','2018-11-01','2018-11-03',3000000,710000,2130000,'',NULL);
INSERT INTO "line" VALUES(3,2,'K-1','halland','individuell','2018-11-01','2018-11-02',2000000,710000,1420000,'',NULL);
INSERT INTO "line" VALUES(4,3,'H-1','halland','individuell','2018-11-01','2018-11-05',-5000000,710000,-3550000,'ANDRAD',1);
INSERT INTO "line" VALUES(5,4,'H-1','halland','individuell','2018-11-01','2018-11-04',4000000,710000,2840000,'',NULL);
CREATE TABLE run (
	entry INTEGER NOT NULL, 
	period TEXT NOT NULL, 
	as_of TEXT NOT NULL, 
	agreement TEXT NOT NULL, 
	invoice_date TEXT NOT NULL, 
	program TEXT NOT NULL, 
	options TEXT NOT NULL, 
	inputs TEXT NOT NULL, 
	law TEXT NOT NULL, 
	PRIMARY KEY (entry), 
	FOREIGN KEY(entry) REFERENCES entry (seq)
)
 STRICT

;
INSERT INTO "run" VALUES(1,'2018-11','2018-12-01','halland','2018-12-13','0.1.0','{"agreement": "halland"}','[["arenden.csv", "abababababababababababababababababababababababababababababababab"]]','[["agreement", "halland.toml", "c8fc5c5ae536c116ec0080d72392021c09aa66db3601d9a8c8b6dba2b2168c46"]]');
INSERT INTO "run" VALUES(4,'2018-11','2018-12-01','halland','2018-12-13','0.1.0','{"agreement": "halland"}','[["arenden.csv", "abababababababababababababababababababababababababababababababab"]]','[["agreement", "halland.toml", "c8fc5c5ae536c116ec0080d72392021c09aa66db3601d9a8c8b6dba2b2168c46"]]');
CREATE INDEX invoice_period ON invoice (period);
CREATE UNIQUE INDEX line_reverses ON line (reverses);
CREATE INDEX line_invoice ON line (invoice);
CREATE INDEX line_arende ON line (arende_id);
CREATE TRIGGER ledger_schema_no_update BEFORE UPDATE ON ledger_schema BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER ledger_schema_no_delete BEFORE DELETE ON ledger_schema BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER ledger_schema_next BEFORE INSERT ON ledger_schema WHEN EXISTS (SELECT 1 FROM ledger_schema WHERE version = NEW.version) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER entry_next BEFORE INSERT ON entry WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER law_text_no_update BEFORE UPDATE ON law_text BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER law_text_no_delete BEFORE DELETE ON law_text BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER law_text_next BEFORE INSERT ON law_text WHEN EXISTS (SELECT 1 FROM law_text WHERE sha256 = NEW.sha256) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER run_no_update BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER run_no_delete BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER run_next BEFORE INSERT ON run WHEN EXISTS (SELECT 1 FROM run WHERE entry = NEW.entry) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER invoice_no_update BEFORE UPDATE ON invoice BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER invoice_no_delete BEFORE DELETE ON invoice BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER invoice_next BEFORE INSERT ON invoice WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM invoice) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER line_no_delete BEFORE DELETE ON line BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER line_next BEFORE INSERT ON line WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM line) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER line_reversed_once BEFORE INSERT ON line WHEN NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM line WHERE reverses = NEW.reverses) BEGIN SELECT RAISE(ABORT, 'line is already reversed'); END;
CREATE TRIGGER dispute_no_update BEFORE UPDATE ON dispute BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER dispute_no_delete BEFORE DELETE ON dispute BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER dispute_next BEFORE INSERT ON dispute WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM dispute) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER dispute_step_no_update BEFORE UPDATE ON dispute_step BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER dispute_step_no_delete BEFORE DELETE ON dispute_step BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
CREATE TRIGGER dispute_step_next BEFORE INSERT ON dispute_step WHEN EXISTS (SELECT 1 FROM dispute_step WHERE entry = NEW.entry) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END;
COMMIT;
