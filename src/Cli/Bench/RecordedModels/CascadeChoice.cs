using Understudy.Inference.Cascades;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>How many samples to draw and how sure a student must be, as chosen on some questions; then served to any.</summary>
internal sealed record CascadeChoice(int Samples, double[] Thresholds, ThresholdReport? Report, StudentConfidence Confidence)
{
    /// <summary>The cheapest that keeps the guarantee.</summary>
    public static CascadeChoice Guaranteed(RecordedOpinions opinions, IReadOnlyList<int> questions, Guarantee guarantee)
    {
        var (samples, thresholds, report) = ThresholdSearch.Choose(Alternatives(opinions, questions), guarantee);
        return new(samples, thresholds, report, StudentConfidence.Fit(opinions, samples, questions));
    }

    /// <summary>The cheapest that is right as often as the lead on these questions; nothing is promised of others.</summary>
    public static CascadeChoice EquallyAccurate(RecordedOpinions opinions, IReadOnlyList<int> questions)
    {
        var (samples, threshold, _) = Curve(opinions, questions)
            .Where(p => p.Served.Right >= p.Served.LeadRight)
            .MinBy(p => p.Served.Dollars);
        double[] thresholds = [.. Enumerable.Repeat(threshold, opinions.Students)];
        return new(samples, thresholds, null, StudentConfidence.Fit(opinions, samples, questions));
    }

    /// <summary>Each number of samples with each threshold that makes a difference, the same for every student; confidences by fits on other questions.</summary>
    public static IEnumerable<(int Samples, double Threshold, ServedQuestions Served)> Curve(RecordedOpinions opinions, IReadOnlyList<int> questions)
    {
        for (var samples = 0; samples < opinions.Samples.Count; samples++)
        {
            var confidences = StudentConfidence.OutOfFold(opinions, samples, questions);
            foreach (var threshold in confidences.SelectMany(c => c).Append(2).Distinct())
            {
                double[] thresholds = [.. Enumerable.Repeat(threshold, opinions.Students)];
                yield return (samples, threshold, ServedQuestions.Of(opinions, samples, questions, confidences, thresholds));
            }
        }
    }

    /// <summary>The calibration table of each number of samples.</summary>
    public static IReadOnlyList<ThresholdAlternative> Alternatives(RecordedOpinions opinions, IReadOnlyList<int> questions) =>
        ThresholdAlternative.Equal([.. Enumerable.Range(0, opinions.Samples.Count).Select(samples => Table(opinions, samples, questions))]);

    public ServedQuestions Serve(RecordedOpinions opinions, IReadOnlyList<int> questions) =>
        ServedQuestions.Of(opinions, Samples, questions, [.. questions.Select(Confidence.Of)], Thresholds);

    private static CalibrationTable Table(RecordedOpinions opinions, int samples, IReadOnlyList<int> questions)
    {
        const int Right = 0, Wrong = 1;
        int[] students = [.. Enumerable.Range(0, opinions.Students)];
        var table = new CalibrationTable(
            [.. opinions.Names.SkipLast(1)],
            [.. students.Select(student => questions.Average(q => opinions.Student(samples, q, student).Dollars))],
            questions.Average(q => opinions.Lead(q).Dollars));
        var confidences = StudentConfidence.OutOfFold(opinions, samples, questions);
        for (var i = 0; i < questions.Count; i++)
        {
            var question = questions[i];
            table.Add(new(
                Right,
                [.. students.Select(student => opinions.IsRight(opinions.Student(samples, question, student), question) ? Right : Wrong)],
                confidences[i],
                opinions.LeadIsRight(question) ? Right : Wrong));
        }

        return table;
    }
}
