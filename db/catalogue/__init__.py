"""The reference data: modules with their roles, rights and keywords, general keywords, countries, in every language."""

from db.catalogue.loader import load
from db.catalogue.model import Catalogue, Country, Keyword, Module, Right, Role
from db.catalogue.source import CatalogueError

__all__ = ["Catalogue", "CatalogueError", "Country", "Keyword", "Module", "Right", "Role", "load"]
