using System.Numerics.Tensors;
using Understudy.Inference.Cascades;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Optimization;

/// <summary>Every way of shortening, with every set of students and a series of thresholds, served from the records.</summary>
internal sealed class ServingGrid
{
    private const double Never = 2;
    private const int PerDecade = 10, Decades = 6, MostStudents = 4;

    private readonly IReadOnlyList<RecordedWay> _ways;
    private readonly IReadOnlyList<TierManifest> _students;
    private readonly OpinionPool?[] _pools;
    private readonly Ensemble? _ensemble;
    private readonly List<(int Way, double[] Thresholds, double StudentShare, int Right)> _points = [];
    private readonly List<ServingCandidate> _candidates = [];

    /// <param name="ways">The first reads inputs as the models have learned to: its lead is the one that the promise is measured against.</param>
    /// <param name="students">Their names, and how they join what others said.</param>
    /// <param name="ensemble">What has the last word; null for the last tier asked.</param>
    public ServingGrid(IReadOnlyList<RecordedWay> ways, IReadOnlyList<TierManifest> students, Ensemble? ensemble)
        : this(ways, students, ensemble, fill: true)
    {
    }

    private ServingGrid(IReadOnlyList<RecordedWay> ways, IReadOnlyList<TierManifest> students, Ensemble? ensemble, bool fill)
    {
        (_ways, _students, _ensemble) = (ways, students, ensemble);
        _pools = [.. students.Select(student => student.OpinionPool())];
        for (var way = 0; fill && way < ways.Count; way++)
        {
            foreach (var set in Sets(students.Count))
            {
                // Where nobody is asked before the lead there is no threshold to choose.
                foreach (var level in set.Contains(true) ? Levels() : [Never])
                {
                    Serve(way, [.. set.Select(asked => asked ? level : Never)]);
                }
            }
        }
    }

    public IReadOnlyList<ServingCandidate> Candidates => _candidates;

    public double LeadMilliseconds => _ways[0].CompressMilliseconds + _ways[0].TierMilliseconds[^1];

    public double LeadAccuracy => Enumerable.Range(0, Count).Count(i => LeadLabel(i) == Truth(i)) / (double)Count;

    private int Count => _ways[0].Outputs.Count;

    public ServingPoint Point(int candidate)
    {
        var (way, thresholds, share, right) = _points[candidate];
        var milliseconds = _candidates[candidate].Costs.Average();
        return new()
        {
            Compression = _ways[way].Compression,
            Speculation = _ways[way].Speculation,
            Thresholds = _students.Zip(thresholds).ToDictionary(p => p.First.Name, p => p.Second),
            Accuracy = (double)right / Count,
            Risk = (double)_candidates[candidate].Losses.Count(loss => loss) / Count,
            Milliseconds = milliseconds,
            CostRatio = milliseconds / LeadMilliseconds,
            StudentShare = share,
        };
    }

    /// <summary>One way to serve, with thresholds of its own.</summary>
    public static ServingPoint Serve(RecordedWay whole, RecordedWay way, IReadOnlyList<TierManifest> students, double[] thresholds, Ensemble? ensemble)
    {
        var grid = new ServingGrid([whole, way], students, ensemble, fill: false);
        grid.Serve(1, thresholds);
        return grid.Point(0);
    }

    public RecordedWay WayOf(int candidate) => _ways[_points[candidate].Way];

    /// <summary>The points that no other beats in both accuracy and cost, from the cheapest.</summary>
    public IReadOnlyList<ServingPoint> Front()
    {
        List<ServingPoint> front = [];
        var best = -1;
        foreach (var candidate in Enumerable.Range(0, _points.Count).OrderBy(c => _candidates[c].Costs.Average()).ThenByDescending(c => _points[c].Right))
        {
            if (_points[candidate].Right > best)
            {
                best = _points[candidate].Right;
                front.Add(Point(candidate));
            }
        }

        return front;
    }

    private void Serve(int way, double[] thresholds)
    {
        var (losses, costs, doubts) = (new bool[Count], new double[Count], new double[Count]);
        var (byStudents, right) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var (said, last, cost, confidence) = Answer(_ways[way], i, thresholds);
            var (lead, truth) = (LeadLabel(i), Truth(i));
            byStudents += last < thresholds.Length ? 1 : 0;
            right += said == truth ? 1 : 0;
            losses[i] = lead == truth && said != truth;
            costs[i] = cost;
            doubts[i] = said != lead ? 1 : last == thresholds.Length && (way == 0 || _ways[way].Speculation is not null) ? 0 : 1 - confidence;
        }

        _candidates.Add(new(losses, costs, doubts));
        _points.Add((way, thresholds, (double)byStudents / Count, right));
    }

    private (int Label, int Last, double Cost, double Confidence) Answer(RecordedWay way, int example, double[] thresholds)
    {
        var rows = way.Outputs.Rows[example];
        var asked = new float[]?[rows.Length];
        var (cost, count) = (way.CompressMilliseconds, 0);
        for (var tier = 0; tier < rows.Length; tier++)
        {
            var leads = tier == rows.Length - 1;
            if (!leads && thresholds[tier] > 1)
            {
                continue;
            }

            cost += way.TierMilliseconds[tier];
            count++;
            asked[tier] = rows[tier];
            var row = leads ? rows[tier] : _pools[tier]?.Combine(asked.AsSpan(0, tier + 1)) ?? rows[tier];
            var label = TensorPrimitives.IndexOfMax<float>(row);
            if (leads || row[label] >= thresholds[tier])
            {
                return (_ensemble is not null && count > 1 ? _ensemble.Label(asked, way.Outputs.Labels) : label, tier, cost, row[label]);
            }
        }

        throw new InvalidOperationException("There is no lead.");
    }

    private int LeadLabel(int example) => TensorPrimitives.IndexOfMax<float>(_ways[0].Outputs.Rows[example][^1]);

    private int Truth(int example) => _ways[0].Outputs.Truths[example];

    private static IEnumerable<double> Levels() => Enumerable.Range(0, (Decades * PerDecade) + 1).Select(step => 1 - Math.Pow(10, ((double)step / PerDecade) - Decades));

    /// <summary>Every set of students, none of them included; with many students only the first of them.</summary>
    private static IEnumerable<bool[]> Sets(int students) => students <= MostStudents
        ? Enumerable.Range(0, 1 << students).Select(set => Enumerable.Range(0, students).Select(i => (set >> i & 1) != 0).ToArray())
        : Enumerable.Range(0, students + 1).Select(count => Enumerable.Range(0, students).Select(i => i < count).ToArray());
}
