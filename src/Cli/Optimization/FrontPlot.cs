using ScottPlot;

namespace Understudy.Cli.Optimization;

/// <summary>Draws accuracy by the logarithm of the cost: the front, the lead alone, what serves now and what was chosen.</summary>
internal static class FrontPlot
{
    public static void Draw(string path, OptimizationReport report)
    {
        using var plot = new Plot();
        var line = plot.Add.Scatter(report.Front.Select(p => Math.Log10(p.Milliseconds)).ToArray(), report.Front.Select(p => 100 * p.Accuracy).ToArray());
        line.LegendText = "front";
        Mark(plot, report.LeadMilliseconds, report.LeadAccuracy, MarkerShape.FilledDiamond, Colors.Black, "lead alone");
        if (report.Now is { } now)
        {
            Mark(plot, now.Milliseconds, now.Accuracy, MarkerShape.FilledSquare, Colors.Gray, "now");
        }

        if (report.Chosen is { } chosen)
        {
            Mark(plot, chosen.Milliseconds, chosen.Accuracy, MarkerShape.OpenCircle, Colors.Red, $"chosen: {chosen.Compression}");
        }

        plot.Axes.Bottom.Label.Text = "model time an input, ms, power of ten";
        plot.Axes.Left.Label.Text = "accuracy, %";
        plot.Title($"{report.Task}: ways to serve, {report.Records} records");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 900, 500);
    }

    private static void Mark(Plot plot, double milliseconds, double accuracy, MarkerShape shape, Color colour, string name) =>
        plot.Add.Marker(Math.Log10(milliseconds), 100 * accuracy, shape, 12, colour).LegendText = name;
}
