namespace Understudy.Inference.Cascades;

/// <summary>
/// What thresholds are chosen on: examples that neither a model nor its temperature was fitted on, each answered by every tier.
/// They must be drawn like the inputs that will be served; the promise reaches no further than that. Not thread-safe while examples are added.
/// </summary>
public sealed class CalibrationTable
{
    private readonly List<CalibrationExample> _examples = [];

    /// <param name="students">Names, in the cascade's order; at least one.</param>
    /// <param name="studentMilliseconds">The cost of each student, an input.</param>
    /// <param name="leadMilliseconds">The cost of the lead, an input.</param>
    /// <exception cref="ArgumentException">There is no student, the counts differ, or a cost is negative or not finite.</exception>
    public CalibrationTable(IReadOnlyList<string> students, IReadOnlyList<double> studentMilliseconds, double leadMilliseconds)
    {
        if (students.Count == 0 || students.Count != studentMilliseconds.Count)
        {
            throw new ArgumentException($"There are {students.Count} students and {studentMilliseconds.Count} costs; give each of at least one student its cost.");
        }

        if (studentMilliseconds.Append(leadMilliseconds).Any(cost => !double.IsFinite(cost) || cost < 0))
        {
            throw new ArgumentException("A tier's cost is negative or not finite. Measure it in milliseconds an input.");
        }

        Students = students;
        StudentMilliseconds = studentMilliseconds;
        LeadMilliseconds = leadMilliseconds;
    }

    public IReadOnlyList<string> Students { get; }

    public IReadOnlyList<double> StudentMilliseconds { get; }

    public double LeadMilliseconds { get; }

    public IReadOnlyList<CalibrationExample> Examples => _examples;

    /// <exception cref="ArgumentException">The example does not have one label and one confidence in [0, 1] for each student.</exception>
    public void Add(CalibrationExample example)
    {
        if (example.Labels.Count != Students.Count || example.Confidences.Count != Students.Count)
        {
            throw new ArgumentException($"The example has {example.Labels.Count} labels and {example.Confidences.Count} confidences; there are {Students.Count} students.");
        }

        if (example.Confidences.Any(c => !(c >= 0 && c <= 1.000001)))
        {
            throw new ArgumentException("A confidence is not in [0, 1]. Give the calibrated probability of the predicted label.");
        }

        _examples.Add(example);
    }
}
