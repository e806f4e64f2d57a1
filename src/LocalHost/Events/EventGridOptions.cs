namespace Understudy.LocalHost.Events;

/// <summary>The local topic; section <c>EventGrid</c>.</summary>
internal sealed class EventGridOptions
{
    public const string Section = "EventGrid";

    /// <summary>Addresses that every event is posted to.</summary>
    public IList<string> Subscribers { get; } = [];
}
