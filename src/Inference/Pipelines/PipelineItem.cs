using Understudy.Inference.Receipts;

namespace Understudy.Inference.Pipelines;

/// <summary>An input on its way through the four stages. Each stage returns a new one; the durable path writes it as JSON between stages.</summary>
public sealed record PipelineItem
{
    public required string Id { get; init; }

    /// <summary>As the caller sent it.</summary>
    public required string Input { get; init; }

    /// <summary>What the models read instead of <see cref="Input"/>; <see langword="null"/> when they read it as it is.</summary>
    public string? CompressedInput { get; init; }

    /// <summary>The tiers that were asked, in order.</summary>
    public IReadOnlyList<TierVote> Votes { get; init; } = [];

    /// <summary>No student was sure enough: the lead is to answer.</summary>
    public bool Deferred { get; init; }

    /// <summary>What attempts to ask the lead have cost that gave no vote, in the currency of the task's budget.</summary>
    public decimal SpentInVain { get; init; }

    /// <summary>
    /// On the durable path, why neither the lead nor a student answered; <see langword="null"/> otherwise. Where the item is still open the lead may
    /// be asked again (<see cref="JointInference.AwaitsLead"/>), else it does not take the input (<see cref="JointInference.IsRefused"/>).
    /// </summary>
    public string? Unanswered { get; init; }

    /// <summary>When it was last asked, the lead was there and did not take the input.</summary>
    public bool LeadRefused { get; init; }

    public IReadOnlyList<ReceiptStage> Stages { get; init; } = [];

    /// <summary>Of the votes the last that joins others; where none does, the one with the highest confidence, the later of equals; null when there is none.</summary>
    public TierVote? Surest() => Votes.LastOrDefault(vote => vote.Pooled is not null) ?? Votes.Reverse().MaxBy(vote => vote.Confidence);

    /// <summary>What the models read.</summary>
    internal string Text() => CompressedInput ?? Input;
}
