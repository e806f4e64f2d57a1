namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>What became of questions that a cascade served: counts and dollars, which add up.</summary>
/// <param name="Right">Answered rightly.</param>
/// <param name="LeadRight">The lead would have been.</param>
/// <param name="Losses">Answered wrongly where the lead would have been right.</param>
/// <param name="ByTier">Answers of each tier, the lead's last.</param>
/// <param name="Dollars">Spent, per million questions, summed.</param>
/// <param name="LeadDollars">What the lead alone would have cost.</param>
internal sealed record ServedQuestions(int Count, int Right, int LeadRight, int Losses, int[] ByTier, double Dollars, double LeadDollars)
{
    public double Accuracy => (double)Right / Count;

    public double LeadAccuracy => (double)LeadRight / Count;

    public double Risk => (double)Losses / Count;

    public double CostRatio => Dollars / LeadDollars;

    public double StudentShare => 1 - ((double)ByTier[^1] / Count);

    /// <param name="samples">Index of the number of samples drawn.</param>
    /// <param name="questions">Which are served.</param>
    /// <param name="confidences">Of the students, for each of these.</param>
    /// <param name="thresholds">One a student.</param>
    public static ServedQuestions Of(RecordedOpinions opinions, int samples, IReadOnlyList<int> questions, IReadOnlyList<double[]> confidences, double[] thresholds)
    {
        var (right, leadRight, losses, dollars, leadDollars) = (0, 0, 0, 0.0, 0.0);
        var byTier = new int[opinions.Names.Count];
        for (var i = 0; i < questions.Count; i++)
        {
            var question = questions[i];
            var lead = opinions.Lead(question);
            var answer = lead;
            var tier = 0;
            for (; tier < thresholds.Length; tier++)
            {
                if (thresholds[tier] > 1)
                {
                    continue; // nobody asks a student that may not answer
                }

                var student = opinions.Student(samples, question, tier);
                dollars += student.Dollars;
                if (confidences[i][tier] >= thresholds[tier])
                {
                    answer = student;
                    break;
                }
            }

            dollars += tier == thresholds.Length ? lead.Dollars : 0;
            byTier[tier]++;
            leadDollars += lead.Dollars;
            var (ok, leadOk) = (opinions.IsRight(answer, question), opinions.LeadIsRight(question));
            right += ok ? 1 : 0;
            leadRight += leadOk ? 1 : 0;
            losses += leadOk && !ok ? 1 : 0;
        }

        return new(questions.Count, right, leadRight, losses, byTier, dollars, leadDollars);
    }

    public static ServedQuestions operator +(ServedQuestions one, ServedQuestions other) => new(
        one.Count + other.Count, one.Right + other.Right, one.LeadRight + other.LeadRight, one.Losses + other.Losses,
        [.. one.ByTier.Zip(other.ByTier, (a, b) => a + b)], one.Dollars + other.Dollars, one.LeadDollars + other.LeadDollars);
}
