using System.Globalization;

namespace Understudy.Workflows.Shadows;

/// <summary>What a candidate did beside live traffic, counted.</summary>
public sealed record ShadowCounts
{
    /// <summary>Inputs that it was asked about besides.</summary>
    public long Inputs { get; init; }

    /// <summary>Inputs that it was not asked about, because too many waited.</summary>
    public long Dropped { get; init; }

    /// <summary>Of <see cref="Inputs"/>, those on which one of its students failed.</summary>
    public long Errors { get; init; }

    /// <summary>Of <see cref="Inputs"/>, those that its students would have answered by themselves.</summary>
    public long Answered { get; init; }

    /// <summary>Of <see cref="Answered"/>, those where they say what was returned.</summary>
    public long Agreed { get; init; }

    /// <summary>
    /// Inputs that the lead ruled on, because students passed them on or by an audit. Both releases' students are held against it by what the surest
    /// of them says, sure enough or not; who says nothing does not agree.
    /// </summary>
    public long Ruled => BothRight + StableOnly + CandidateOnly + NeitherRight;

    /// <summary>The students of both say what the lead said.</summary>
    public long BothRight { get; init; }

    /// <summary>Those of the release that serves do, the candidate's do not.</summary>
    public long StableOnly { get; init; }

    /// <summary>The candidate's do, those of the release that serves do not.</summary>
    public long CandidateOnly { get; init; }

    public long NeitherRight { get; init; }

    /// <summary>
    /// Of <see cref="Ruled"/>, those that are like what is served: audited, or passed on and drawn at the same chance. The release that serves is at its worst on what it passes on, which
    /// favours a candidate where all of that counts. None without an audit.
    /// </summary>
    public long Drawn { get; init; }

    /// <summary>Of <see cref="Drawn"/>, those of <see cref="StableOnly"/>.</summary>
    public long DrawnStableOnly { get; init; }

    /// <summary>Of <see cref="Drawn"/>, those of <see cref="CandidateOnly"/>.</summary>
    public long DrawnCandidateOnly { get; init; }

    /// <summary>What the students of the release that serves took for an input, where they were asked.</summary>
    public TimeCounts StableTimes { get; init; } = new();

    /// <summary>What the candidate's took for the same inputs.</summary>
    public TimeCounts CandidateTimes { get; init; } = new();

    public static ShadowCounts operator +(ShadowCounts left, ShadowCounts right) => new()
    {
        Inputs = left.Inputs + right.Inputs,
        Dropped = left.Dropped + right.Dropped,
        Errors = left.Errors + right.Errors,
        Answered = left.Answered + right.Answered,
        Agreed = left.Agreed + right.Agreed,
        BothRight = left.BothRight + right.BothRight,
        StableOnly = left.StableOnly + right.StableOnly,
        CandidateOnly = left.CandidateOnly + right.CandidateOnly,
        NeitherRight = left.NeitherRight + right.NeitherRight,
        Drawn = left.Drawn + right.Drawn,
        DrawnStableOnly = left.DrawnStableOnly + right.DrawnStableOnly,
        DrawnCandidateOnly = left.DrawnCandidateOnly + right.DrawnCandidateOnly,
        StableTimes = left.StableTimes + right.StableTimes,
        CandidateTimes = left.CandidateTimes + right.CandidateTimes,
    };

    /// <summary>In a sentence.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"Of {Inputs} live inputs its students answer {Answered}, {Agreed} of them as was returned; of {Ruled} that the lead ruled on they have {BothRight + CandidateOnly} right, and those that serve {BothRight + StableOnly}; {Errors} failed.");
}
