using Understudy.Inference.Datasets;

namespace Understudy.Workflows.Retraining;

/// <summary>Whether a record can teach a task, and what its label is.</summary>
internal static class LessonCheck
{
    private const double SumTolerance = 0.02;

    /// <summary>The record with its teacher's label filled in, or why it is no lesson.</summary>
    public static (DatasetRecord? Lesson, string? Problem) Check(DatasetRecord record, IReadOnlyList<string> labels)
    {
        if (string.IsNullOrWhiteSpace(record.Text))
        {
            return (null, "The record has no 'text'. Give the input that was answered.");
        }

        var teacher = record.Teacher ?? new();
        if (teacher.Probabilities is { } probabilities)
        {
            if (probabilities.Keys.FirstOrDefault(key => !labels.Contains(key)) is { } unknown)
            {
                return (null, $"'teacher.probabilities' names '{unknown}', which is no label of the task. Use its labels: {Some(labels)}.");
            }

            if (probabilities.Values.Any(value => !(value >= 0 && value <= 1)) || Math.Abs(probabilities.Values.Sum() - 1) > SumTolerance)
            {
                return (null, "'teacher.probabilities' are not probabilities that sum to 1. Give one for each label, or leave them out.");
            }
        }

        var label = teacher.Label ?? teacher.Probabilities?.MaxBy(pair => pair.Value).Key ?? record.Label;
        if (label is null || !labels.Contains(label))
        {
            return (null, label is null
                ? "The record has no 'teacher.label', no 'teacher.probabilities' and no 'label'. Give what the lead answered."
                : $"The label '{label}' is none of the task's. Use its labels: {Some(labels)}.");
        }

        if (teacher.Probabilities is { } said && said.GetValueOrDefault(label) < said.Values.Max() - SumTolerance)
        {
            return (null, $"'teacher.label' is '{label}', and 'teacher.probabilities' say '{said.MaxBy(pair => pair.Value).Key}'. Give what belongs together, or the label alone.");
        }

        return teacher.Weight is { } weight && !(weight >= 1 && double.IsFinite(weight))
            ? (null, $"'teacher.weight' is {weight}; it must be 1 or more. Leave it out for inputs that were not drawn at random.")
            : (record with { Teacher = teacher with { Label = label } }, null);
    }

    private static string Some(IReadOnlyList<string> labels) => string.Join(", ", labels.Take(10)) + (labels.Count > 10 ? ", …" : "");
}
