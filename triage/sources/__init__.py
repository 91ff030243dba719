"""Where facts come from: a module for each service, and one for the manners that they share."""
