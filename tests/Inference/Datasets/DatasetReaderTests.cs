using System.Text;
using CsCheck;
using Understudy.Inference.Datasets;

namespace Understudy.Inference.Tests.Datasets;

public sealed class DatasetReaderTests
{
    [Fact]
    public async Task ReadAsync_GoodLines_GivesEveryField()
    {
        var line = Assert.Single(await Read("""{"id":"1","text":"hi","label":"a","teacher":{"model":"lead","label":"a","probabilities":{"a":0.9,"b":0.1}}}"""));
        Assert.Null(line.Problem);
        Assert.Equal(("1", "hi", "a"), (line.Record!.Id, line.Record.Text, line.Record.Label));
        Assert.Equal(0.9, line.Record.Teacher!.Probabilities!["a"]);
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("-1", "-1")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("1.50", "1.50")]
    [InlineData("null", null)]
    public async Task ReadAsync_NumbersForIdAndLabel_AreReadAsTheyAreWritten(string number, string? expected)
    {
        var line = Assert.Single(await Read($$"""{"id":{{number}},"text":"hi","label":{{number}}}"""));
        Assert.Null(line.Problem);
        Assert.Equal((expected, expected), (line.Record!.Id, line.Record.Label));
    }

    [Theory]
    [InlineData("{\"text\":\"a\"", "not valid JSON")]
    [InlineData("[1,2]", "not a JSON object")]
    [InlineData("null", "null")]
    [InlineData("{\"text\":5}", "'text'")]
    [InlineData("{\"text\":\"a\",\"id\":[1]}", "field 'id' has the wrong type. 'text' is a string, 'id' and 'label' are strings or numbers")]
    [InlineData("{\"text\":\"a\",\"label\":true}", "field 'label' has the wrong type")]
    [InlineData("{\"text\":\"a\\ud83d\"}", "the text at byte 8 escapes one half of a surrogate pair without the other")]
    [InlineData("{\"text\":\"a\",\"id\":\"\\udc00\"}", "the text at byte 17 escapes one half of a surrogate pair")]
    [InlineData("{\"text\":5,\"id\":\"a\" \"", "field 'text' has the wrong type")]
    [InlineData("{\"text\":\"\\ud83d\\ude00\",\"label\":true}", "field 'label' has the wrong type")]
    [InlineData("{\"text\":\"  \"}", "empty")]
    [InlineData("{\"label\":\"a\"}", "no input")]
    [InlineData("{\"messages\":[]}", "'messages'")]
    [InlineData("{\"messages\":[{\"role\":\"user\"}]}", "'messages'")]
    [InlineData("{\"text\":\"a\",\"teacher\":{\"probabilities\":{\"a\":\"x\"}}}", "teacher.probabilities")]
    public async Task ReadAsync_MalformedLine_IsReportedAndTheRestIsRead(string bad, string problem)
    {
        var lines = await Read($"{{\"text\":\"x\"}}\n{bad}\n{{\"text\":\"y\"}}");
        Assert.Equal([1L, 2, 3], lines.Select(l => l.Number));
        Assert.Contains(problem, lines[1].Problem);
        Assert.Equal(bad, lines[1].Raw);
        Assert.Null(lines[1].Record);
        Assert.Equal("y", lines[2].Record!.Text);
    }

    [Fact]
    public async Task ReadAsync_InvalidUtf8_IsReported()
    {
        byte[] bytes = [.. "{\"text\":\""u8, 0xFF, .. "\"}\n{\"text\":\"y\"}"u8];
        var lines = await Read(bytes);
        Assert.Contains("UTF-8", lines[0].Problem);
        Assert.Equal("y", lines[1].Record!.Text);
    }

    [Fact]
    public async Task ReadAsync_BlankLinesAndByteOrderMark_AreSkippedButCounted()
    {
        var lines = await Read("\uFEFF{\"text\":\"a\"}\r\n\r\n  \n{\"text\":\"b\"}\r\n");
        Assert.Equal([(1L, "a"), (4L, "b")], lines.Select(l => (l.Number, l.Record!.Text!)));
    }

    [Fact]
    public async Task ReadAsync_LineOverTheLimit_IsReportedAndTheRestIsRead()
    {
        var lines = await Read($"{{\"text\":\"{new string('x', (2 * DatasetReader.MaxLineBytes) + 5)}\"}}\n{{\"text\":\"y\"}}");
        Assert.Equal(2, lines.Count);
        Assert.Contains("limit", lines[0].Problem);
        Assert.Equal((2L, "y"), (lines[1].Number, lines[1].Record!.Text));
    }

    [Fact]
    public async Task ReadAsync_AnyBytes_NeverThrowsAndNumbersLinesInOrder() =>
        await Gen.Byte.Array[0, 200].SampleAsync(async bytes =>
        {
            var lines = await Read(bytes);
            Assert.All(lines, l => Assert.True(l.Record is null != l.Problem is null));
            Assert.Equal(lines.Select(Facts), DatasetReader.Read(bytes).Select(Facts));
            Assert.True(lines.Select(l => l.Number).SequenceEqual(lines.Select(l => l.Number).Order().Distinct()));
        });

    private static (long, string?, string?, string) Facts(DatasetLine line) => (line.Number, line.Record?.Text, line.Problem, line.Raw);

    private static Task<List<DatasetLine>> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static async Task<List<DatasetLine>> Read(byte[] bytes)
    {
        List<DatasetLine> lines = [];
        await foreach (var line in DatasetReader.ReadAsync(new MemoryStream(bytes), CancellationToken.None))
        {
            lines.Add(line);
        }

        return lines;
    }
}
