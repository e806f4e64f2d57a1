using ScottPlot;

namespace Understudy.Bench.LanguageModels;

/// <summary>Draws how many times faster than plain decoding each way is: a group of bars a set of prompts.</summary>
internal static class SpeculationPlot
{
    public static void Draw(string path, IReadOnlyList<SpeculationWay> ways)
    {
        using var plot = new Plot();
        string[] sets = [.. ways.Select(way => way.Set).Distinct()];
        string[] names = [.. ways.Where(way => !way.IsPlain).Select(way => way.Ahead).Distinct()];
        var group = names.Length + 2;
        for (var name = 0; name < names.Length; name++)
        {
            var bars = plot.Add.Bars(
                [.. sets.Select((_, set) => (double)((set * group) + name))],
                [.. sets.Select(set => ways.SingleOrDefault(way => way.Set == set && way.Ahead == names[name])?.Speedup ?? 0)]);
            bars.LegendText = names[name];
        }

        var plain = plot.Add.HorizontalLine(1);
        plain.LinePattern = LinePattern.Dashed;
        plain.Color = Colors.Black;
        plot.Axes.Bottom.SetTicks([.. sets.Select((_, set) => (set * group) + ((names.Length - 1) / 2.0))], sets);
        plot.Axes.Margins(bottom: 0, top: 0.1);
        plot.Axes.Left.Label.Text = "times plain decoding's speed";
        plot.Title("What goes ahead of the lead, by kind of text");
        plot.ShowLegend(ScottPlot.Edge.Right);
        plot.SavePng(path, 1000, 500);
    }
}
