using ScottPlot;

namespace Understudy.Cli.Bench.Frugal;

/// <summary>Draws accuracy by the logarithm of the price: FrugalGPT's points, the models alone, and ours between what it cannot fall below and what it may be.</summary>
internal static class FrugalPlot
{
    public static void Draw(string path, FrugalReport report)
    {
        using var plot = new Plot();
        var frugal = report.Published.Where(point => point.Method == PublishedCurve.Frugal).OrderBy(point => point.Dollars).ToList();
        var published = plot.Add.Scatter(frugal.Select(point => Math.Log10(point.Dollars)).ToArray(), frugal.Select(point => 100 * point.Accuracy).ToArray(), Colors.DarkOrange);
        published.LegendText = "FrugalGPT, as published";
        foreach (var point in report.Published.Where(point => point.Method != PublishedCurve.Frugal && point.Accuracy > 0.5))
        {
            plot.Add.Marker(Math.Log10(point.Dollars), 100 * point.Accuracy, MarkerShape.FilledDiamond, 6, Colors.Gray);
        }

        Curve(plot, report, point => point.AccuracyAtLeast, $"student, then {report.Model.Method}: at least", LinePattern.Solid);
        Curve(plot, report, point => point.AccuracyIfAlike, "the same, if it is as good on what is passed on", LinePattern.Dotted);
        plot.Add.Marker(Math.Log10(report.Dollars), 100 * report.Accuracy, MarkerShape.FilledCircle, 10, Colors.Blue).LegendText = "student alone";
        plot.Axes.Bottom.Label.Text = "dollars a question, power of ten";
        plot.Axes.Left.Label.Text = "accuracy, %";
        plot.Title($"Headlines: {report.Records} test records");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 900, 500);
    }

    private static void Curve(Plot plot, FrugalReport report, Func<CascadePoint, double> accuracy, string name, LinePattern pattern)
    {
        var line = plot.Add.ScatterLine(report.Curve.Select(point => Math.Log10(point.Dollars)).ToArray(), report.Curve.Select(point => 100 * accuracy(point)).ToArray(), Colors.Blue);
        line.LegendText = name;
        line.LinePattern = pattern;
    }
}
