using Understudy.Inference.Cascades;

namespace Understudy.Inference.Tests.Cascades;

/// <summary>Tables drawn from a known law: a student of confidence c is right with probability <c>honesty(c)</c>, the lead with 0.97.</summary>
internal static class SyntheticTable
{
    public static CalibrationTable Draw(int examples, int students, Random random, Func<double, double> honesty)
    {
        var table = Empty(students);
        for (var i = 0; i < examples; i++)
        {
            var confidences = new double[students];
            var labels = new int[students];
            for (var s = 0; s < students; s++)
            {
                confidences[s] = 1 - (0.5 * Math.Pow(random.NextDouble(), 3 + s));
                labels[s] = random.NextDouble() < honesty(confidences[s]) ? 0 : 1;
            }

            table.Add(new(0, labels, confidences, random.NextDouble() < 0.97 ? 0 : 1));
        }

        return table;
    }

    public static CalibrationTable Empty(int students) =>
        new([.. Enumerable.Range(0, students).Select(s => $"s{s}")], [.. Enumerable.Range(0, students).Select(s => 0.1 * (s + 1))], 5);
}
