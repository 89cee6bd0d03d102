"""The Unified WebSocket. Shapes are those of Spot, section 15 of the Futures sheet, and the documented channels."""
