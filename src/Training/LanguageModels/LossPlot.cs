using ScottPlot;
using Understudy.Training.Decoders;

namespace Understudy.Training.LanguageModels;

/// <summary>Draws a language model's losses by step, and how many held-out answers it writes without a mistake.</summary>
internal static class LossPlot
{
    private const double Smoothing = 0.97;

    public static void Draw(string path, string model, IReadOnlyList<LossPoint> measured)
    {
        using var plot = new Plot();
        foreach (var kind in measured.GroupBy(point => point.Kind))
        {
            var held = kind.Key.StartsWith("dev", StringComparison.Ordinal);
            var values = kind.Select(point => point.Value).ToArray();
            for (var index = 1; index < values.Length && !held; index++)
            {
                values[index] = (Smoothing * values[index - 1]) + ((1 - Smoothing) * values[index]);
            }

            var line = plot.Add.Scatter(kind.Select(point => (double)point.Step).ToArray(), values);
            line.MarkerSize = held ? 5 : 0;
            line.LegendText = held ? kind.Key : $"{kind.Key} (training, smoothed)";
            if (kind.Key == "dev exact")
            {
                line.Axes.YAxis = plot.Axes.Right;
            }
        }

        plot.Axes.Right.Label.Text = "share of dev answers without a mistake";
        plot.Axes.Left.Label.Text = "loss a token";
        plot.Axes.Bottom.Label.Text = "step";
        plot.Title($"Training of '{model}'");
        plot.ShowLegend(Edge.Bottom); // over the curves it would hide their ends
        plot.SavePng(path, 900, 500);
    }
}
