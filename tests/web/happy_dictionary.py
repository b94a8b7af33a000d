"""Requests of the API of the dictionary that work. Importing this adds them to `happy.HAPPY`."""

from tests.web.happy import simple

simple("list_dictionary_events", "/dictionary/events?after=track:a&limit=1")
simple("list_event_properties", "/dictionary/events/properties?type=track&name=a&after=b&limit=1")
simple("list_dictionary_attributes", "/dictionary/attributes?after=a&limit=1")
simple("list_left_out", "/dictionary/left_out")
