"""Moving the data of a Base44 app, or of the earlier Node backend, here: ids, dates and states."""
