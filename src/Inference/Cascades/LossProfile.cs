namespace Understudy.Inference.Cascades;

/// <summary>
/// For every example, which tier answers at which levels of the <see cref="ThresholdPath"/>, and whether that is a loss. An example
/// changes hands at most once a student, so the risk of every level on any sample of the examples takes one pass.
/// </summary>
internal sealed class LossProfile
{
    private readonly List<Span>[] _spans;
    private readonly int _levels = ThresholdPath.Levels.Length;

    public LossProfile(CalibrationTable table)
    {
        var costs = new double[table.Students.Count];
        var spent = 0.0;
        for (var i = 0; i < costs.Length; i++)
        {
            costs[i] = spent += table.StudentMilliseconds[i];
        }

        _spans = table.Examples.Select(example => Spans(example, costs, spent, table.LeadMilliseconds)).ToArray();
    }

    public int Count => _spans.Length;

    /// <summary>Losses, answers by students and cost at every level, summed over the examples named (with repetition).</summary>
    public LevelSums Sum(IEnumerable<int> examples)
    {
        var sums = new LevelSums(new int[_levels + 1], new int[_levels + 1], new double[_levels + 1]);
        foreach (var example in examples)
        {
            sums.Examples++;
            foreach (var span in _spans[example])
            {
                sums.Cost[span.From] += span.Cost;
                sums.Cost[span.To] -= span.Cost;
                if (span.ByStudent)
                {
                    sums.Answered[span.From]++;
                    sums.Answered[span.To]--;
                }

                if (span.Loss)
                {
                    sums.Losses[span.From]++;
                    sums.Losses[span.To]--;
                }
            }
        }

        for (var level = 1; level < _levels; level++)
        {
            sums.Losses[level] += sums.Losses[level - 1];
            sums.Answered[level] += sums.Answered[level - 1];
            sums.Cost[level] += sums.Cost[level - 1];
        }

        return sums;
    }

    private List<Span> Spans(CalibrationExample example, double[] costs, double spent, double leadCost)
    {
        List<Span> spans = [];
        var leadRight = example.LeadLabel == example.Truth;
        var end = _levels;
        for (var i = 0; i < example.Labels.Count; i++)
        {
            var start = ThresholdPath.FirstLevel(example.Confidences[i]);
            if (start < end)
            {
                spans.Add(new(start, end, ByStudent: true, Loss: leadRight && example.Labels[i] != example.Truth, costs[i]));
                end = start;
            }
        }

        // At level 0 no student is asked, so the lead answers alone.
        spans.Add(new(0, 1, ByStudent: false, Loss: false, leadCost));
        spans.Add(new(1, end, ByStudent: false, Loss: leadRight && example.Deferred is { } deferred && deferred != example.Truth, spent + leadCost));
        return spans;
    }

    /// <summary>Levels [From, To) at which one tier answers, and the model time until it has.</summary>
    private readonly record struct Span(int From, int To, bool ByStudent, bool Loss, double Cost);
}
