using System.Text.Json;

namespace Understudy.Inference.Leads;

/// <summary>One question to a lead.</summary>
internal sealed record LeadRequest
{
    public required LeadPrompt Prompt { get; init; }

    /// <summary>What may be answered; empty for a text.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What a text has to satisfy as JSON; null for any text.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Makes an answer of the text that came, or throws <see cref="LeadAnswerInvalidException"/>; null where labels are asked for.</summary>
    public Func<string, string>? Read { get; init; }

    /// <summary>Whether it is asked why, too.</summary>
    public bool Explain { get; init; }

    /// <summary>Alternatives to each token of the answer that are wanted; 0 for no tokens.</summary>
    public int TopLogprobs { get; init; }

    /// <summary>Once cancelled, it is not begun: one that still waits for a place is given up. What is under way goes on.</summary>
    public CancellationToken TooLate { get; init; }

    /// <summary>Where its cost is added; null where nobody asks.</summary>
    public Bill? Bill { get; init; }
}
