"""Where an event may have happened, and the shares of it by province, district and side."""
