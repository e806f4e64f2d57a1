using Understudy.Inference.Datasets;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public class LeadCheckTests
{
    [Fact]
    public void Problem_LeadSaysTheSame_IsNone() => Assert.Null(Check(("ham", "ham", 90), ("spam", "spam", 10)).Problem("mail", 0.9));

    [Fact]
    public void Problem_LabelsFlippedAtRandom_IsTheAgreement() =>
        Assert.Contains("the same to 80.0% of a sample", Check(("ham", "ham", 40), ("ham", "spam", 10), ("spam", "spam", 40), ("spam", "ham", 10)).Problem("mail", 0.9)!.Replace(" %", "%", StringComparison.Ordinal));

    [Fact]
    public void Problem_ARareLabelTurnedIntoAnother_IsThatLabel()
    {
        var problem = Check(("ham", "ham", 190), ("news", "ham", 10)).Problem("mail", 0.9);

        Assert.Contains("'news'", problem);
        Assert.Contains("teacher-outputs/mail", problem);
    }

    [Fact]
    public void Problem_TooFewOfALabel_SayNothingOfIt() => Assert.Null(Check(("ham", "ham", 193), ("news", "ham", 7)).Problem("mail", 0.9));

    /// <summary>So many lessons to which the lead says the first and that have the second label.</summary>
    private static LeadCheck Check(params (string Said, string Label, int Count)[] groups)
    {
        var pairs = groups.SelectMany(group => Enumerable.Repeat((group.Said, group.Label), group.Count)).ToList();
        return LeadCheck.Of([.. pairs.Select(pair => new DatasetRecord { Text = "a", Teacher = new() { Model = "lead", Label = pair.Label } })], pairs.ConvertAll(pair => pair.Said));
    }
}
