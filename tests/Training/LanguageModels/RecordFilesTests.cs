using Understudy.Inference.FunctionCalls;
using Understudy.Training.LanguageModels;

namespace Understudy.Training.Tests.LanguageModels;

public sealed class RecordFilesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Split_SeveralRecordsOfAText_StayTogether()
    {
        File.WriteAllLines(_file, from text in Enumerable.Range(0, 50) from way in Enumerable.Range(0, 3) select $$"""{"text":"t{{text}}","completion":"c","rationale":"r{{way}}"}""");

        var (learned, held) = RecordFiles.Read([("a.jsonl", _file)], isJson: false).Split(seed: 3, most: 500);

        Assert.Equal((135, 15), (learned.Records.Count, held.Records.Count));
        Assert.Empty(learned.Records.Select(pair => pair.Record.Text).Intersect(held.Records.Select(pair => pair.Record.Text)));
        Assert.Equal(3, RecordFiles.Read([("a.jsonl", _file)], isJson: false).Split(seed: 3, most: 1).Held.Records.Count);
    }

    [Fact]
    public void Split_TextsThatDifferInSpacesAlone_StayTogether()
    {
        File.WriteAllLines(_file, from text in Enumerable.Range(0, 50) from space in new[] { "", " " } select $$"""{"text":"the {{space}}t{{text}}{{space}}","completion":"c"}""");

        var (learned, held) = RecordFiles.Read([("a.jsonl", _file)], isJson: false).Split(seed: 3, most: 500);

        Assert.Equal((90, 10), (learned.Records.Count, held.Records.Count));
        Assert.Empty(learned.Records.Select(pair => FunctionCallPrompt.Normal(pair.Record.Text)).Intersect(held.Records.Select(pair => FunctionCallPrompt.Normal(pair.Record.Text))));
    }

    [Fact]
    public void Where_RecordsThatDoNotFit_StandAmongTheProblemsWithFileAndLine()
    {
        File.WriteAllLines(_file, ["""{"text":"a","completion":"b"}""", "", "broken", """{"text":"c","completion":"d"}"""]);

        var files = RecordFiles.Read([("a.jsonl", _file)], isJson: false).Where(record => record.Text == "c" ? "it is a c." : null);

        Assert.Equal("a", Assert.Single(files.Records).Record.Text);
        Assert.StartsWith("a.jsonl, line 3: ", files.Problems[0], StringComparison.Ordinal);
        Assert.Equal("a.jsonl, line 4: it is a c.", files.Problems[1]);
    }

    public void Dispose() => File.Delete(_file);
}
