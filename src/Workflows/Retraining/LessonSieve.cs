using System.IO.Hashing;
using System.Runtime.InteropServices;
using Understudy.Inference.Datasets;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Keeps one lesson of each text: copies say nothing new, however many there are, and copies with different labels are kept only where two
/// thirds of them agree. Texts of the regression set are never learned from. Not thread-safe.
/// </summary>
/// <param name="calls">Whether the task's answers are calls.</param>
internal sealed class LessonSieve(bool calls = false)
{
    private const double Majority = 2.0 / 3;

    /// <summary>The group of the texts that must not be learned from, lower than any other: what is like one of them and like others belongs to it.</summary>
    private const int Frozen = -1;

    private readonly Dictionary<UInt128, int> _groups = [];
    private readonly NearDuplicates _near = new();
    private readonly List<Dictionary<string, (int Count, DatasetRecord Last)>> _byLabel = [];

    public int Duplicates { get; private set; }

    public int NearDuplicates { get; private set; }

    public int Leaked { get; private set; }

    public int Conflicting { get; private set; }

    /// <summary>Names a text that must not be learned from.</summary>
    public void Freeze(string text) => _groups[Exact(text)] = _near.GroupOf(text, Frozen);

    public void Add(DatasetRecord lesson)
    {
        var exact = Exact(lesson.Text!);
        if (_groups.TryGetValue(exact, out var group))
        {
            Join(group, lesson, isNear: false);
            return;
        }

        group = _near.GroupOf(lesson.Text!, _byLabel.Count);
        _groups[exact] = group;
        if (group == _byLabel.Count)
        {
            _byLabel.Add([]);
            Count(group, lesson);
        }
        else
        {
            Join(group, lesson, isNear: true);
        }
    }

    /// <summary>One lesson for each text whose label is clear: the newest with that label, in the order in which the texts came.</summary>
    public List<DatasetRecord> Finish()
    {
        var kept = new List<DatasetRecord>();
        foreach (var labels in _byLabel)
        {
            var (best, copies) = (labels.Values.MaxBy(label => label.Count), labels.Values.Sum(label => label.Count));
            if (best.Count >= Majority * copies)
            {
                kept.Add(best.Last);
            }
            else
            {
                Conflicting += copies;
            }
        }

        return kept;
    }

    private void Join(int group, DatasetRecord lesson, bool isNear)
    {
        if (group == Frozen)
        {
            Leaked++;
            return;
        }

        Count(group, lesson);
        Duplicates += isNear ? 0 : 1;
        NearDuplicates += isNear ? 1 : 0;
    }

    /// <summary>Of a thousand copies the last one is kept, and how many there were; its time is that of the first: since then it may have been learned.</summary>
    private void Count(int group, DatasetRecord lesson)
    {
        ref var label = ref CollectionsMarshal.GetValueRefOrAddDefault(_byLabel[group], LessonAnswer.Of(lesson, calls), out var isKnown);
        var (now, first) = (lesson.Teacher!.At, isKnown ? label.Last.Teacher!.At : lesson.Teacher.At);
        label = (label.Count + 1, lesson with { Teacher = lesson.Teacher with { At = first is null || now is null ? null : first < now ? first : now } });
    }

    private static UInt128 Exact(string text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant().AsSpan()));
}
