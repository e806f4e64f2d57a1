
namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>How likely each student is right, fitted on some questions for one number of samples.</summary>
internal sealed class StudentConfidence
{
    private const int Seed = 17;

    private readonly RecordedOpinions _opinions;
    private readonly int _samples;
    private readonly LogisticRegression[] _students;

    private StudentConfidence(RecordedOpinions opinions, int samples, LogisticRegression[] students) => (_opinions, _samples, _students) = (opinions, samples, students);

    public static StudentConfidence Fit(RecordedOpinions opinions, int samples, IReadOnlyList<int> questions) => new(opinions, samples,
        [.. Enumerable.Range(0, opinions.Students).Select(student => LogisticRegression.Fit(
            [.. questions.Select(q => opinions.Features(samples, q, student))],
            [.. questions.Select(q => opinions.IsRight(opinions.Student(samples, q, student), q))]))]);

    /// <summary>For each of the questions the students' confidences, by a fit on others.</summary>
    /// <returns>[questions][students]</returns>
    public static double[][] OutOfFold(RecordedOpinions opinions, int samples, IReadOnlyList<int> questions)
    {
        var folds = Folds.Of([.. Enumerable.Range(0, questions.Count)], Seed);
        var result = new double[questions.Count][];
        for (var fold = 0; fold < Folds.Count; fold++)
        {
            int[] others = [.. questions.Where((_, i) => folds[i] != fold)];
            if (others.Length == 0)
            {
                others = [.. questions];
            }

            var fit = Fit(opinions, samples, others);
            for (var i = 0; i < result.Length; i++)
            {
                if (folds[i] == fold)
                {
                    result[i] = fit.Of(questions[i]);
                }
            }
        }

        return result;
    }

    /// <summary>One for each student.</summary>
    public double[] Of(int question) =>
        [.. _students.Select((student, i) => student.Probability(_opinions.Features(_samples, question, i)))];
}
