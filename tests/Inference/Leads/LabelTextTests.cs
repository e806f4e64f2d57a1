using Understudy.Inference.Leads;

namespace Understudy.Inference.Tests.Leads;

public sealed class LabelTextTests
{
    private static readonly string[] Labels = ["card_arrival", "card_linking", "label", "Top Up"];

    [Theory]
    [InlineData("card_linking", 1, 0)]
    [InlineData(" card_linking\n", 1, 1)]
    [InlineData("\"Card_Linking\".", 1, 1)]
    [InlineData("**top up**", 3, 2)]
    [InlineData("Label: card_arrival\nBecause it says so.", 0, 7)]
    [InlineData("{\"label\":\"card_linking\"}", 1, 10)]
    [InlineData("{ \"label\": \"label\" }", 2, 12)]
    [InlineData("{\"label\":\"card_arrival\",\"explanation\":\"card_arrival fits\"}", 0, 10)]
    public void Read_ALabel_FindsItAndItsPlace(string text, int label, int start) => Assert.Equal((label, start), LabelText.Read(text, Labels));

    [Theory]
    [InlineData("{\"label\":\"us\"}", 1)]
    [InlineData("us", 1)]
    [InlineData("US", 0)]
    [InlineData("No.", 3)]
    [InlineData("Label: no.", 3)]
    [InlineData("\"Yes.\"", 2)]
    public void Read_LabelsThatDifferByCaseOrEndInAStop_FindsTheVeryOne(string text, int label) => Assert.Equal(label, LabelText.Read(text, ["US", "us", "Yes.", "No."]).Label);

    [Theory]
    [InlineData("")]
    [InlineData("purple")]
    [InlineData("I think it is card_linking")]
    [InlineData("card_linking or card_arrival")]
    [InlineData("{\"label\":\"purple\"}")]
    [InlineData("{\"label\":5}")]
    [InlineData("{\"label\":")]
    [InlineData("{}")]
    public void Read_Garbage_IsNoAnswer(string text) => Assert.Throws<LeadAnswerInvalidException>(() => LabelText.Read(text, Labels));

    [Fact]
    public void Read_Garbage_IsNotQuoted() => Assert.Equal(
        "It answered 21 characters, which is none of the 4 labels.", Assert.Throws<LeadAnswerInvalidException>(() => LabelText.Read("my password is secret", Labels)).Message);
}
