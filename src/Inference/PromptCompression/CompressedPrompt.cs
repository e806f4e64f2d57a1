namespace Understudy.Inference.PromptCompression;

/// <summary>What became of a prompt.</summary>
public sealed record CompressedPrompt
{
    /// <summary>The prompt to send: the compressed one, or the original where compression yielded.</summary>
    public required PromptParts Parts { get; init; }

    /// <summary>For each document of <see cref="Parts"/> its index in the original.</summary>
    public required IReadOnlyList<int> Documents { get; init; }

    public required int TokensBefore { get; init; }

    public required int TokensAfter { get; init; }

    /// <summary>Why the prompt was left as it is; null when it was compressed.</summary>
    public string? Yielded { get; init; }

    /// <summary>What compressing took.</summary>
    public double Milliseconds { get; init; }
}
