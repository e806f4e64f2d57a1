using Understudy.Inference.Quality;

namespace Understudy.Inference.Sites;

/// <summary>What a release did at a site since it serves there, or since the agent started.</summary>
public sealed record SiteCounts
{
    /// <summary>Inputs answered without a student that failed. With <see cref="Errors"/>, all that count: no input is in both. Older agents count those of <see cref="Errors"/> that were answered here too.</summary>
    public long Answers { get; init; }

    /// <summary>Inputs with a student that failed, answered or not, or with no answer; that only the cloud could have answered is no error.</summary>
    public long Errors { get; init; }

    /// <summary>Answers that the cloud should have checked and could not.</summary>
    public long Degraded { get; init; }

    /// <summary>Answers that the cloud checked, then or later; later ones not where only the hardest of them were kept for it.</summary>
    public long Escalated { get; init; }

    /// <summary>Of those, where the surest student's label stood.</summary>
    public long Agreed { get; init; }

    /// <summary>Inputs that the cloud should have seen and will not: they waited and it would not take them, or the site's disk could not keep them.</summary>
    public long Dropped { get; init; }

    /// <summary>Inputs that wait to be asked about or uploaded.</summary>
    public int Queued { get; init; }

    /// <summary>Of the inputs themselves, where the task is audited; null for none, and from older agents. A number a label and a bin: 0.5 KB for 150 labels.</summary>
    public InputCounts? Inputs { get; init; }

    public static SiteCounts operator +(SiteCounts a, SiteCounts b) => new()
    {
        Answers = a.Answers + b.Answers,
        Errors = a.Errors + b.Errors,
        Degraded = a.Degraded + b.Degraded,
        Escalated = a.Escalated + b.Escalated,
        Agreed = a.Agreed + b.Agreed,
        Dropped = a.Dropped + b.Dropped,
        Queued = a.Queued + b.Queued,
        Inputs = InputCounts.Sum(a.Inputs, b.Inputs),
    };
}
