"""The month's papers: invoice, underlag, summary, deviations."""
