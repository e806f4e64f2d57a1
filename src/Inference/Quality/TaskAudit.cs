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

    /// <summary>
    /// At one look, inputs that have not changed are taken for drifted with about this probability; in (0, 0.05]. So small because looks are many: with it
    /// no more than one month in eighty had a false alarm.
    /// </summary>
    public double InputLevel { get; init; } = 0.00001;

    /// <summary>Inputs have drifted when they differ by so much, too (<see cref="TwoSampleTest.Effect"/>): of many inputs any difference is significant. In [0, 10].</summary>
    public double InputEffect { get; init; } = 0.1;
}
