namespace Understudy.LocalHost.Events;

/// <summary>An event was not posted because its subscriber has not answered an earlier one yet; it is posted at the next attempt.</summary>
internal sealed class SubscriberBusyException(string subscriber)
    : Exception($"The subscriber '{subscriber}' is slow and has an event to answer already; this one comes later.");
