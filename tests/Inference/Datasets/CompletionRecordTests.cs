using System.Text;
using Understudy.Inference.Datasets;

namespace Understudy.Inference.Tests.Datasets;

public sealed class CompletionRecordTests
{
    [Fact]
    public void Read_GoodLine_GivesItsFieldsTrimmed()
    {
        var record = Read("""{"text":"a","completion":" b\n","rationale":" c "}""", isJson: false, out var problem);
        Assert.Equal(new CompletionRecord(1, "a", "b", "c"), record);
        Assert.Null(problem);
    }

    [Fact]
    public void Read_Lesson_TakesTheLeadsAnswer() =>
        Assert.Equal("b", Read("""{"text":"a","teacher":{"completion":"b"}}""", isJson: false, out _)!.Completion);

    [Fact]
    public void Read_JsonAnswer_LosesItsWhiteSpace() =>
        Assert.Equal("""{"a":"é <b","c":[1.50,2]}""", Read("""{"text":"a","completion":"{ \"a\": \"é <b\",\n \"c\": [1.50, 2] }"}""", isJson: true, out _)!.Completion);

    [Theory]
    [InlineData("""{"text":"a"}""", false, "no field 'completion'")]
    [InlineData("""{"text":"a","completion":"  "}""", false, "'completion' is empty")]
    [InlineData("""{"text":" ","completion":"b"}""", false, "'text' is empty")]
    [InlineData("""{"image":"a.png","completion":"b"}""", false, "no field 'text'")]
    [InlineData("""{"text":"a","completion":5}""", false, "'completion' has the wrong type")]
    [InlineData("""{"text":"a","completion":"{\"b\":"}""", true, "'completion' is no JSON, and the task has a schema: '{\"b\":'")]
    [InlineData("broken", false, "not a JSON object")]
    public void Read_BadLine_SaysWhatIsWrong(string line, bool isJson, string expected)
    {
        Assert.Null(Read(line, isJson, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b", "b ", false, true)]
    [InlineData("b", "B", false, false)]
    [InlineData("""{"a":1,"b":[1,2]}""", """{ "b": [1,2], "a": 1.0 }""", true, true)]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"a":1,"b":[2,1]}""", true, false)]
    [InlineData("""{"a":1}""", "{", true, false)]
    public void IsAnsweredBy_Text_ComparesTextOrValue(string completion, string answer, bool isJson, bool right) =>
        Assert.Equal(right, new CompletionRecord(1, "a", completion).IsAnsweredBy(answer, isJson));

    private static CompletionRecord? Read(string line, bool isJson, out string? problem) =>
        CompletionRecord.Read(Assert.Single(DatasetReader.Read(Encoding.UTF8.GetBytes(line))), isJson, out problem);
}
