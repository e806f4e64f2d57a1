using Understudy.Inference.Cascades;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Optimization;

/// <summary>What a search over ways to serve found.</summary>
internal sealed record OptimizationReport
{
    public required string Task { get; init; }

    public required string Release { get; init; }

    public required Guarantee Guarantee { get; init; }

    /// <summary>Whom the guarantee is about, where that is not who leads; otherwise null.</summary>
    public string? Against { get; init; }

    /// <summary>Records that were searched on.</summary>
    public required int Records { get; init; }

    /// <summary>Lines of the data that could not be used.</summary>
    public required int Malformed { get; init; }

    public required IReadOnlyList<WayReport> Ways { get; init; }

    /// <summary>Ways to serve that were compared.</summary>
    public required int Candidates { get; init; }

    public required double LeadAccuracy { get; init; }

    public required double LeadMilliseconds { get; init; }

    /// <summary>How the release serves now, on these records.</summary>
    public required ServingPoint? Now { get; init; }

    /// <summary>The cheapest that is certified; null when none is.</summary>
    public required ServingPoint? Chosen { get; init; }

    public required ParetoChoice Test { get; init; }

    /// <summary>Share of repetitions on resampled records whose choice breaks the promise; null when it was not asked for.</summary>
    public double? CheckBroken { get; init; }

    /// <summary>What of that is within the promise and chance.</summary>
    public double? CheckAllowed { get; init; }

    /// <summary>Accuracy by cost of what no other beats, on the records searched on.</summary>
    public required IReadOnlyList<ServingPoint> Front { get; init; }

    public required string Plot { get; init; }

    /// <summary>The new release's version; null when none was written.</summary>
    public string? Written { get; init; }
}
