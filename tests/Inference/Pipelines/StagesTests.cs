using Understudy.Inference.Cascades;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Pipelines;

public sealed class StagesTests
{
    private readonly FixedClassifier _small = new("small", 1, 0);
    private readonly FixedClassifier _medium = new("medium", 0, 2);
    private readonly FixedClassifier _lead = new("lead", 3, 0);
    private readonly JointInference _inference = new(new ReleaseCatalog("nowhere"));

    [Fact]
    public void Cascade_StudentSureEnough_AsksNobodyElse()
    {
        var answer = Run(smallThreshold: 0.7, mediumThreshold: 0.9); // softmax(1, 0) = 0.731
        Assert.Equal(("ham", "small"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.Equal((0, 0), (_medium.Asked, _lead.Asked));
        Assert.Contains("above the 70 % it needs", answer.Receipt.Describe());
    }

    [Fact]
    public void Cascade_ConfidenceAtTheThreshold_Answers()
    {
        var confidence = Run(0, 0).Confidence;
        Assert.Equal("small", Run(confidence, 0.9).Receipt.AnsweredBy);
        Assert.NotEqual("small", Run(Math.BitIncrement(confidence), 0.9).Receipt.AnsweredBy);
    }

    [Fact]
    public void Cascade_Temperature_IsAppliedBeforeTheThreshold()
    {
        // softmax(1, 0) at temperature 0.5 is softmax(2, 0) = 0.881.
        Assert.Equal("small", Run(0.88, 2, temperature: 0.5).Receipt.AnsweredBy);
        Assert.Equal("lead", Run(0.89, 2, temperature: 0.5).Receipt.AnsweredBy);
    }

    [Fact]
    public void Cascade_StudentFails_TheNextIsAskedAndTheReceiptSaysSo()
    {
        _small.Broken = true;
        var answer = Run(0.7, 0.8);
        Assert.Equal(("spam", "medium"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.Contains("small failed: out of memory", answer.Receipt.Stages[1].Reason);
    }

    [Fact]
    public void Cascade_ScoreThatIsNotANumber_IsNoAnswer()
    {
        var answer = Run(0.7, 0.8, small: new FixedClassifier("small", float.NaN, 0));
        Assert.Equal("medium", answer.Receipt.AnsweredBy);
        Assert.Contains("not a finite number", answer.Receipt.Stages[1].Reason);
    }

    [Fact]
    public void Verify_NobodySure_TheLeadAnswersAndTheReceiptSaysWhy()
    {
        var answer = Run(0.99, 2);
        Assert.Equal(("ham", "lead"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.False(answer.Receipt.Degraded);
        var text = answer.Receipt.Describe();
        Assert.Contains("lead answered \"ham\", 95 % sure", text);
        Assert.Contains("small said \"ham\" but was only 73 % sure, short of its 99 %", text);
        Assert.Equal(0, _medium.Asked);
    }

    [Fact]
    public void Cascade_NoStudentMayAnswer_CostsWhatTheLeadCosts()
    {
        var answer = Run(2, 2);
        Assert.Equal("lead", answer.Receipt.AnsweredBy);
        Assert.Equal((0, 0, 1), (_small.Asked, _medium.Asked, _lead.Asked));
        Assert.Equal("lead", Assert.Single(answer.Receipt.Tiers).Tier);
        Assert.Equal("the release lets no student answer", answer.Receipt.Stages[1].Reason);
    }

    [Fact]
    public void Verify_LeadFailsAndNoStudentMayAnswer_TheStrongestIsAskedThen()
    {
        _lead.Broken = true;
        var answer = Run(2, 2);
        Assert.Equal(("spam", "medium"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.True(answer.Receipt.Degraded);
        Assert.Equal((0, 1), (_small.Asked, _medium.Asked));
        Assert.Contains("the lead failed: out of memory", answer.Receipt.Describe());
    }

    [Fact]
    public void Verify_LeadAndStrongestStudentFail_TheNextIsAsked()
    {
        (_lead.Broken, _medium.Broken) = (true, true);
        Assert.Equal("small", Run(2, 2).Receipt.AnsweredBy);
        Assert.Equal("small", Run(0.99, 2).Receipt.AnsweredBy);
    }

    [Fact]
    public void Verify_NobodyWorks_ReportsTheLead()
    {
        (_lead.Broken, _medium.Broken, _small.Broken) = (true, true, true);
        Assert.Equal("out of memory", Assert.Throws<InvalidOperationException>(() => Run(2, 2)).Message);
    }

    [Fact]
    public void Verify_LeadFails_TheSurestStudentAnswersAndTheReceiptSaysSo()
    {
        _lead.Broken = true;
        var answer = Run(0.99, 0.99);
        Assert.Equal(("spam", "medium"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.True(answer.Receipt.Degraded);
        Assert.Contains("Take it with care", answer.Receipt.Describe());
        Assert.Contains("out of memory", answer.Receipt.Describe());
    }

    [Fact]
    public void Verify_LeadFailsAndThereIsNoStudent_Throws()
    {
        _lead.Broken = true;
        using var release = new Release(ModelsFolder.Manifest("1.0"), [], new("lead", _lead, 1, 0, 10));
        var items = _inference.Cascade(release, _inference.Compress(release, [new() { Id = "x", Input = "?" }]));
        Assert.True(items[0].Deferred);
        Assert.Throws<InvalidOperationException>(() => _inference.Verify(release, items));
    }

    [Fact]
    public void Stack_StudentAnswers_SavingIsTheShareOfTheLeadsCost()
    {
        var receipt = Run(0.7, 0.9).Receipt;
        Assert.Equal(receipt.Tiers.Sum(t => t.Milliseconds), receipt.ModelMilliseconds, 1e-12);
        Assert.Equal(10, receipt.LeadMilliseconds);
        Assert.Equal(1 - (receipt.ModelMilliseconds / 10), receipt.Saving, 1e-12);
    }

    private Answer Run(double smallThreshold, double mediumThreshold, double temperature = 1, FixedClassifier? small = null)
    {
        using var release = new Release(
            ModelsFolder.Manifest("1.0"),
            [new("small", small ?? _small, temperature, smallThreshold, 0.1), new("medium", _medium, 1, mediumThreshold, 1)],
            new Tier("lead", _lead, 1, 0, 10));
        var items = _inference.Verify(release, _inference.Cascade(release, _inference.Compress(release, [new() { Id = "x", Input = "?" }])));
        return Assert.Single(_inference.Stack(release, items));
    }
}
