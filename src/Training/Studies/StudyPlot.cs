using ScottPlot;

namespace Understudy.Training.Studies;

/// <summary>Draws a study: a bar with its deviation for every variant, or score by size.</summary>
internal static class StudyPlot
{
    public static void Draw(string path, StudyPlan plan, StudyReport report)
    {
        using var plot = new Plot();
        if (plan.Size is { } size)
        {
            Points(plot, report, size);
            plot.Axes.Left.Label.Text = $"{plan.Metric}, %";
        }
        else
        {
            Bars(plot, plan, report);
            plot.Axes.Bottom.Label.Text = $"{plan.Metric}, %";
        }

        plot.Title($"{report.Study} on {report.Data}");
        plot.SavePng(path, 1000, 560);
    }

    private static void Bars(Plot plot, StudyPlan plan, StudyReport report)
    {
        // The first on top, and names beside their bars, where there is room for them.
        var places = report.Variants.Select((variant, at) => (variant.Name, At: (double)(report.Variants.Count - 1 - at), Variant: variant)).ToArray();
        var bars = plot.Add.Bars(places.Select(place => new Bar
        {
            Position = place.At,
            Value = 100 * place.Variant.Mean,
            Error = 100 * place.Variant.Deviation,
            Orientation = Orientation.Horizontal,
        }).ToArray());
        bars.ValueLabelStyle.IsVisible = false;
        plot.Axes.Left.SetTicks([.. places.Select(place => place.At)], [.. places.Select(place => place.Name)]);
        if (plan.Reference is { } reference)
        {
            var line = plot.Add.VerticalLine(100 * reference.Score);
            line.LinePattern = LinePattern.Dashed;
            line.LegendText = reference.Name;
            plot.ShowLegend(Alignment.UpperLeft);
        }

        // What differs is small against the whole: the axis starts a little below the lowest.
        var scores = report.Variants.SelectMany(variant => variant.Scores).Append(plan.Reference?.Score ?? 0).ToArray();
        var least = report.Variants.SelectMany(variant => variant.Scores).Min();
        var room = Math.Max(0.01, scores.Max() - least);
        plot.Axes.SetLimitsX(100 * Math.Max(0, least - room), 100 * Math.Min(1, scores.Max() + (room / 2)));
    }

    private static void Points(Plot plot, StudyReport report, string size)
    {
        foreach (var variant in report.Variants)
        {
            var point = plot.Add.Marker(variant.Facts[size] / 1e6, 100 * variant.Mean);
            point.Size = 9;
            var text = plot.Add.Text(variant.Name, variant.Facts[size] / 1e6, 100 * variant.Mean);
            text.LabelFontSize = 10;
            text.OffsetX = 6;
        }

        var front = report.Front.Select(name => report.Variants.Single(variant => variant.Name == name)).ToArray();
        var line = plot.Add.ScatterLine(front.Select(variant => variant.Facts[size] / 1e6).ToArray(), front.Select(variant => 100 * variant.Mean).ToArray());
        line.LegendText = "nothing is both smaller and better";
        plot.Axes.Bottom.Label.Text = $"{size}, millions";
        plot.ShowLegend(Alignment.LowerRight);
    }
}
