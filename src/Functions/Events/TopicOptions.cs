namespace Understudy.Functions.Events;

/// <summary>The Event Grid topic; section <c>EventGrid</c>. Without an endpoint nothing is announced.</summary>
internal sealed class TopicOptions
{
    public const string Section = "EventGrid";

    public string? TopicEndpoint { get; set; }
}
