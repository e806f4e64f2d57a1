namespace Understudy.Cli.Bench.Routing;

/// <summary>How well a router trained on some records sends others to the weak or the strong model.</summary>
internal sealed record RoutingReport
{
    public required int Records { get; init; }

    /// <summary>Lines of the data that could not be used.</summary>
    public required int Malformed { get; init; }

    public required string Weak { get; init; }

    public required string Strong { get; init; }

    public required double WeakAccuracy { get; init; }

    public required double StrongAccuracy { get; init; }

    /// <summary>Each record is routed by a router that was trained on the other parts.</summary>
    public required int Folds { get; init; }

    /// <summary>Area under the recovered gap by share of strong calls.</summary>
    public required double Apgr { get; init; }

    /// <summary>Share of strong calls that recovers half of the gap between the models.</summary>
    public required double Cpt50 { get; init; }

    /// <summary>Share of strong calls that recovers four fifths of it.</summary>
    public required double Cpt80 { get; init; }

    /// <summary>The area when records are sent in a random order, mean of many.</summary>
    public required double RandomApgr { get; init; }

    /// <summary>The standard deviation of the area over those random orders.</summary>
    public required double RandomApgrDeviation { get; init; }

    /// <summary>The area when the longest records are sent first.</summary>
    public required double LengthApgr { get; init; }

    /// <summary>The part of the gap that is recovered when a quarter, half and three quarters of the records are sent to the strong model.</summary>
    public required double Pgr25 { get; init; }

    public required double Pgr50 { get; init; }

    public required double Pgr75 { get; init; }

    /// <summary>Time to route one record.</summary>
    public required double MsPerRecord { get; init; }

    /// <summary>Where the curve is drawn.</summary>
    public required string Plot { get; init; }
}
