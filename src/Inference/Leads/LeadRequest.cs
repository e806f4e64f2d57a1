namespace Understudy.Inference.Leads;

/// <summary>One question to a lead.</summary>
internal sealed record LeadRequest
{
    public required LeadPrompt Prompt { get; init; }

    /// <summary>What may be answered; empty for a text.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Where its cost is added; null where nobody asks.</summary>
    public Bill? Bill { get; init; }
}
