"""The store: knows Peewee, SQL and files; knows no rule, no language and no screen."""
