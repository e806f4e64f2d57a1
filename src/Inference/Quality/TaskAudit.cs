namespace Understudy.Inference.Quality;

/// <summary>How many of the answers that students give go to the lead as well, for nothing but to know how good they are.</summary>
public sealed record TaskAudit
{
    /// <summary>Share of the answers that were not deferred, in (0, 1].</summary>
    public required double Share { get; init; }

    /// <summary>The same seed and order of answers draws the same ones; null for chance.</summary>
    public int? Seed { get; init; }

    /// <summary>What counts as recent.</summary>
    public double WindowHours { get; init; } = 24;

    /// <summary>Between two announcements of drift of one release.</summary>
    public double CoolDownHours { get; init; } = 24;
}
