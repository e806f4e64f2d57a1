using ScottPlot;

namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>Draws accuracy by cost: a curve for each number of samples, each model alone, and what was chosen.</summary>
internal static class CascadeBenchPlot
{
    public static void Draw(
        string path, RecordedOpinions opinions, IReadOnlyList<(int Samples, double Threshold, ServedQuestions Served)> curve, CascadeChoice choice, IReadOnlyList<RecordedTier> tiers)
    {
        using var plot = new Plot();
        foreach (var samples in curve.GroupBy(p => p.Samples))
        {
            var points = samples.OrderBy(p => p.Threshold).ToList();
            var line = plot.Add.ScatterLine(points.Select(p => p.Served.CostRatio).ToArray(), points.Select(p => p.Served.Accuracy).ToArray());
            line.LegendText = $"{opinions.Samples[samples.Key]} samples";
            line.LineWidth = samples.Key == choice.Samples ? 2.5f : 1;
        }

        foreach (var tier in tiers)
        {
            plot.Add.Marker(tier.CostRatio, tier.Accuracy, MarkerShape.FilledDiamond, 9, Colors.Black);
            plot.Add.Text($" {tier.Name}", tier.CostRatio, tier.Accuracy);
        }

        var chosen = curve.Where(p => p.Samples == choice.Samples).MinBy(p => Math.Abs(p.Threshold - choice.Thresholds[0]));
        var marker = plot.Add.Marker(chosen.Served.CostRatio, chosen.Served.Accuracy, MarkerShape.OpenCircle, 14, Colors.Red);
        marker.LegendText = "chosen";
        plot.Axes.Bottom.Label.Text = "cost over the lead's";
        plot.Axes.Left.Label.Text = "accuracy";
        plot.Title("A cascade of recorded models");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 900, 500);
    }
}
