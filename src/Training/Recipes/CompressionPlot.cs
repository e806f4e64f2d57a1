using ScottPlot;

namespace Understudy.Training.Recipes;

/// <summary>Draws what was measured of the ways to make a model smaller.</summary>
internal static class CompressionPlot
{
    /// <param name="path">Of the PNG.</param>
    /// <param name="ways">The model as it was trained first.</param>
    public static void Draw(string path, string model, IReadOnlyList<CompressedModel> ways)
    {
        using var plot = new Plot();
        foreach (var way in ways)
        {
            var (x, y) = (way.Bytes / 1e6, 100 * way.Score);
            var point = plot.Add.Marker(x, y);
            point.Size = way.Chosen ? 14 : 8;
            point.LegendText = way.Chosen ? "released" : "";
            var text = plot.Add.Text(way.Name, x, y);
            (text.LabelFontSize, text.OffsetX) = (10, 8);
        }

        CompressedModel[] front = [.. ways.Where(way => way.OnFront).OrderBy(way => way.Bytes)];
        var line = plot.Add.ScatterLine(front.Select(way => way.Bytes / 1e6).ToArray(), front.Select(way => 100 * way.Score).ToArray());
        line.LegendText = "nothing is both smaller and better";
        plot.Axes.Bottom.Label.Text = "megabytes";
        plot.Axes.Left.Label.Text = $"{(ways[0].MacroF1 is null ? "accuracy" : "macro-F1")} on held-out texts, %";
        plot.Title($"Ways to make '{model}' smaller");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 900, 500);
    }
}
