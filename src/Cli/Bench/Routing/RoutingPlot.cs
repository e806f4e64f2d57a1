using ScottPlot;
using Understudy.Inference.Routing;

namespace Understudy.Cli.Bench.Routing;

/// <summary>Draws accuracy by share of strong calls: the router's, by length, and the straight line of a router that guesses.</summary>
internal static class RoutingPlot
{
    private const int Points = 200;

    public static void Draw(string path, RoutedFile file, RoutingCurve router, RoutingCurve byLength)
    {
        using var plot = new Plot();
        Add(plot, "router", router, LinePattern.Solid);
        Add(plot, "longest first", byLength, LinePattern.Dotted);
        var guess = plot.Add.Line(0, router.WeakAccuracy, 1, router.StrongAccuracy);
        guess.LegendText = "at random";
        guess.LinePattern = LinePattern.Dashed;
        plot.Axes.Bottom.Label.Text = $"share of calls to {file.Strong}";
        plot.Axes.Left.Label.Text = "accuracy";
        plot.Title($"{file.Weak} and {file.Strong}, routed before any call");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 900, 500);
    }

    private static void Add(Plot plot, string name, RoutingCurve curve, LinePattern pattern)
    {
        var shares = Enumerable.Range(0, Points + 1).Select(i => (double)i / Points).ToArray();
        var line = plot.Add.ScatterLine(shares, Array.ConvertAll(shares, curve.Accuracy));
        line.LegendText = name;
        line.LinePattern = pattern;
    }
}
