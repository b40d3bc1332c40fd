"""What people do at the browser, by who does it; journeys put the steps together."""
