using ScottPlot;
using Understudy.Inference.Cascades;

namespace Understudy.Training.Retraining;

/// <summary>Draws what a retraining measured.</summary>
internal static class RetrainingPlot
{
    private const int Width = 900, Height = 500;

    /// <param name="path">Of the PNG.</param>
    /// <param name="losses">By student and way of training, the mean loss of each epoch, in nats.</param>
    public static void DrawLosses(string path, IReadOnlyDictionary<string, List<double>> losses)
    {
        using var plot = new Plot();
        foreach (var (way, values) in losses)
        {
            plot.Add.Scatter(values.Select((_, epoch) => epoch + 1.0).ToArray(), values.ToArray()).LegendText = way;
        }

        plot.Axes.Left.Label.Text = "loss on the lessons (nats)";
        plot.Axes.Bottom.Label.Text = "epoch";
        plot.Title("What the lessons taught");
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(path, Width, Height);
    }

    /// <param name="path">Of the PNG.</param>
    /// <param name="table">What thresholds were chosen on.</param>
    /// <param name="student">The student's place in it.</param>
    /// <param name="threshold">The one that was chosen.</param>
    public static void DrawCoverage(string path, CalibrationTable table, int student, double threshold)
    {
        var surest = table.Examples.OrderByDescending(example => example.Confidences[student]).ToList();
        var (shares, accuracies, right) = (new double[surest.Count], new double[surest.Count], 0);
        for (var i = 0; i < surest.Count; i++)
        {
            right += surest[i].Labels[student] == surest[i].LeadLabel ? 1 : 0;
            (shares[i], accuracies[i]) = ((i + 1.0) / surest.Count, (double)right / (i + 1));
        }

        using var plot = new Plot();
        var line = plot.Add.ScatterLine(shares, accuracies);
        line.LineWidth = 2;
        line.LegendText = "of the lessons for thresholds";
        var chosen = plot.Add.VerticalLine((double)surest.Count(example => example.Confidences[student] >= threshold) / surest.Count);
        chosen.LegendText = $"it answers above {threshold:0.000}";
        plot.Axes.Left.Label.Text = "share of its answers that are the lead's";
        plot.Axes.Bottom.Label.Text = "share of inputs that it answers, the surest first";
        plot.Axes.SetLimitsX(0, 1);
        plot.Title($"What '{table.Students[student]}' can answer by itself");
        plot.ShowLegend(Alignment.LowerLeft);
        plot.SavePng(path, Width, Height);
    }
}
