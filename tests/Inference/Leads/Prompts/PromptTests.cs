using Understudy.Inference.Leads.Prompts;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Tests.Leads.Prompts;

public sealed class PromptTests
{
    private static readonly StudentReceipt Student = new("small", "spam", 0.934);

    [Fact]
    public void Plain_SaysNothingOfTheStudent()
    {
        var prompt = Builder(null).Build(Material("You won"));
        Assert.Equal("Tell spam from mail.\nLabels: ham, spam.\nAnswer with one of the labels and nothing else.", prompt.Instruction);
        Assert.Equal("Input: You won\nLabel:", prompt.Question);
    }

    [Fact]
    public void SuperContext_PutsTheReceiptBetweenInputAndLabel() => Assert.Equal(
        "Input: You won\nsmall Prediction: spam (Confidence: 0.93)\nLabel:", Builder("supercontext").Build(Material("You won")).Question);

    [Fact]
    public void SuperContext_NobodyAsked_IsThePlainPrompt() => Assert.Equal(
        Builder(null).Build(Material("You won")), Builder("supercontext").Build(Material("You won") with { Student = null }));

    [Fact]
    public void SuperIcl_ShowsTheNearestLast()
    {
        var prompt = Builder("supericl").Build(Material("You won", examples: [new("near", "spam", new("small", "ham", 0.5)), new("far", "ham")]));
        Assert.Equal(
            "Input: far\nLabel: ham\n\nInput: near\nsmall Prediction: ham (Confidence: 0.50)\nLabel: spam\n\nInput: You won\nsmall Prediction: spam (Confidence: 0.93)\nLabel:",
            prompt.Question);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(1000)]
    public void SuperIcl_ManyExamples_StaysWithinTheBudget(int tokens)
    {
        var examples = Enumerable.Range(0, 32).Select(i => new Demonstration(new string((char)('a' + (i % 26)), 100 + (i * 10)), "ham")).ToList();
        var prompt = Builder("supericl").Build(Material("You won", tokens, examples));
        Assert.InRange(prompt.Text.Length, 1, tokens * 4);
        Assert.EndsWith("Input: You won\nsmall Prediction: spam (Confidence: 0.93)\nLabel:", prompt.Question);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("supercontext")]
    [InlineData("supericl")]
    public void Build_InputOverTheBudget_LosesItsMiddle(string? plugin)
    {
        var prompt = Builder(plugin).Build(Material("begin" + new string('x', 10_000) + "end", tokens: 400));
        Assert.InRange(prompt.Text.Length, 800, 1600);
        Assert.Contains("begin", prompt.Question);
        Assert.Contains("end\n", prompt.Question);
    }

    [Fact]
    public void Build_CutThroughAPair_KeepsWholeCharacters()
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var text = new string('x', shift) + string.Concat(Enumerable.Repeat("😀", 2000));
            var question = Builder(null).Build(Material(text, tokens: 400)).Question;
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(question)));
        }
    }

    private static IPromptBuilder Builder(string? plugin) => IPromptBuilder.For(Mail(plugin, 4096));

    private static PromptMaterial Material(string text, int tokens = 4096, IReadOnlyList<Demonstration>? examples = null) =>
        new(Mail(null, tokens), ["ham", "spam"], text, Student, examples ?? []);

    private static TaskDefinition Mail(string? plugin, int tokens) =>
        new() { Name = "mail", Kind = "classification", Labels = ["ham", "spam"], Instruction = "Tell spam from mail.", Plugin = plugin, Lead = new() { PromptTokens = tokens } };
}
