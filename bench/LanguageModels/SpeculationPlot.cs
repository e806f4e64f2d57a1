using ScottPlot;

namespace Understudy.Bench.LanguageModels;

/// <summary>Draws how many times faster than plain decoding each way is: a row a way, a mark a set of prompts.</summary>
internal static class SpeculationPlot
{
    private const int Row = 24;

    public static void Draw(string path, IReadOnlyList<SpeculationWay> ways)
    {
        using var plot = new Plot();
        string[] names = [.. ways.Where(way => !way.IsPlain).Select(way => way.Ahead).Distinct().Reverse()]; // the first on top
        foreach (var set in ways.Where(way => !way.IsPlain).GroupBy(way => way.Set))
        {
            var marks = plot.Add.ScatterPoints(set.Select(way => way.Speedup).ToArray(), set.Select(way => (double)Array.IndexOf(names, way.Ahead)).ToArray());
            marks.LegendText = set.Key;
            marks.MarkerSize = 9;
        }

        var plain = plot.Add.VerticalLine(1);
        plain.LinePattern = LinePattern.Dashed;
        plain.Color = Colors.Black;
        plot.Axes.Left.SetTicks([.. names.Select((_, row) => (double)row)], names);
        plot.Axes.Bottom.Label.Text = "times plain decoding's speed";
        plot.Title("What goes ahead of the lead, by kind of text");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 1000, 120 + (Row * names.Length));
    }
}
