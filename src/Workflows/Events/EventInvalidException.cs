namespace Understudy.Workflows.Events;

/// <summary>Something is no event of this product; delivering it again would not help.</summary>
public sealed class EventInvalidException(string message, Exception? inner = null) : Exception(message, inner);
