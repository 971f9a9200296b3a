"""All SQL of the product: tables, migrations, and one transaction per step."""
