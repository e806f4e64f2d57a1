namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>Every model's opinion on every question, cheapest model first, by how many samples of each student are paid for. The last model is the lead.</summary>
internal sealed class RecordedOpinions
{
    /// <summary>How many samples of each way of asking may be drawn.</summary>
    private static readonly int[] Counts = [1, 2, 3, 5, 10, 20];

    private readonly Opinion[][][] _students;
    private readonly Opinion[] _lead;

    public RecordedOpinions(IReadOnlyList<RecordedQuestion> questions, IReadOnlyList<string> names, IReadOnlyDictionary<string, TokenPrice> prices)
    {
        Questions = questions;
        // A model is asked once here, by its first way of asking.
        double Once(string name) => questions.Average(q => Opinion.Of([q.Models[name][0]], 1, q.QuestionTokens, prices[name]).Dollars);
        Names = [.. names.OrderBy(Once)];
        var lead = Names[^1];
        var most = questions.Max(q => Names.SkipLast(1).Max(name => q.Models[name].Max(p => p.Samples.Count)));
        Samples = [.. Counts.Where(count => count < most), most];
        _students = [.. Samples.Select(samples => questions.Select(q => Names.SkipLast(1).Select(name => Opinion.Of(q.Models[name], samples, q.QuestionTokens, prices[name])).ToArray()).ToArray())];
        _lead = [.. questions.Select(q => Opinion.Of([q.Models[lead][0]], int.MaxValue, q.QuestionTokens, prices[lead]))];
    }

    public IReadOnlyList<RecordedQuestion> Questions { get; }

    /// <summary>Cheapest first.</summary>
    public IReadOnlyList<string> Names { get; }

    public int Students => Names.Count - 1;

    /// <summary>The numbers of samples that are compared.</summary>
    public IReadOnlyList<int> Samples { get; }

    /// <summary>What a student says when that many samples are drawn.</summary>
    /// <param name="samples">Index into <see cref="Samples"/>.</param>
    public Opinion Student(int samples, int question, int student) => _students[samples][question][student];

    /// <summary>The lead is asked in one way, its first.</summary>
    public Opinion Lead(int question) => _lead[question];

    public bool IsRight(Opinion opinion, int question) => opinion.Answer == Questions[question].Truth;

    public bool LeadIsRight(int question) => IsRight(_lead[question], question);

    public double[] Features(int samples, int question, int student) =>
        Student(samples, question, student).Features(student > 0 ? Student(samples, question, student - 1) : null);
}
