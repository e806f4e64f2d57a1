using System.Diagnostics;
using CsCheck;
using Understudy.Inference.PromptCompression;

namespace Understudy.Inference.Tests.PromptCompression;

public sealed class PromptCompressorTests
{
    private static readonly string[] Vocabulary =
    [
        "the", "of", "and", "in", "was", "river", "bridge", "Thames", "opened", "1894", "steel", "cables", "engineers", "in", "a", "Tower.", "crossed", "by", "ferries,",
        "London", "(again)", "moved", "up", "it", "closed.", "12,500", "tons", "Zürich", "数", "\"quoted\"", "end!",
    ];

    private static readonly Gen<string> Text = Gen.OneOfConst(Vocabulary).Array[1, 120].Select(words => string.Join(' ', words));

    private static readonly Gen<PromptParts> Prompt = Gen.Select(Text.Array[1, 8], Gen.OneOfConst(Vocabulary).Array[0, 6], Gen.Bool, (texts, question, titled) => new PromptParts
    {
        Instruction = "Answer.",
        Documents = [.. texts.Select((text, i) => new PromptDocument(text, titled ? $"Title {i}" : null))],
        Question = string.Join(' ', question),
    });

    private static readonly PromptParts Bridges = new()
    {
        Instruction = "Answer from the documents.",
        Documents =
        [
            new("Cheese is made from milk. It was known in antiquity. Many kinds ripen in caves. Salt keeps it from spoiling.", "Cheese"),
            new("The Tower Bridge crosses the Thames. It opened in 1894. Steam once raised its leaves.", "Tower Bridge"),
            new("Bread is baked from flour. Yeast makes it rise. Ovens were built of clay. It is eaten everywhere.", "Bread"),
        ],
        Question = "When did Tower Bridge open?",
    };

    private readonly PromptCompressor _compressor = new();

    [Fact]
    public void Compress_QuestionAboutOneDocument_KeepsItAndPutsItFirst()
    {
        var compressed = _compressor.Compress(Bridges, new() { Ratio = 2 });
        Assert.Null(compressed.Yielded);
        Assert.Equal(1, compressed.Documents[0]);
        Assert.Contains("It opened in 1894.", compressed.Parts.Documents[0].Text);
        Assert.Equal((Bridges.Instruction, Bridges.Question), (compressed.Parts.Instruction, compressed.Parts.Question));
    }

    [Fact]
    public void Compress_KeepOrder_LeavesDocumentsInTheirOrder()
    {
        var compressed = _compressor.Compress(Bridges, new() { Ratio = 1.5, Reorder = false });
        Assert.True(compressed.Documents.Count > 1);
        Assert.Equal(compressed.Documents.Order(), compressed.Documents);
    }

    [Fact]
    public void Compress_AnyPrompt_KeepsRatioAndSubsequences() => Gen.Select(Prompt, Gen.Double[1.2, 8], Gen.Bool).Sample(
        (prompt, ratio, consecutive) =>
        {
            var compressed = _compressor.Compress(prompt, new() { Ratio = ratio, Consecutive = consecutive });
            Assert.Equal(PromptTokens.Count(prompt.ToString()), compressed.TokensBefore);
            Assert.Equal(PromptTokens.Count(compressed.Parts.ToString()), compressed.TokensAfter);
            Assert.Equal((prompt.Instruction, prompt.Question), (compressed.Parts.Instruction, compressed.Parts.Question));
            if (compressed.Yielded is not null)
            {
                Assert.Equal(prompt.ToString(), compressed.Parts.ToString());
                return;
            }

            Assert.True(compressed.TokensAfter <= compressed.TokensBefore / ratio);
            Assert.Equal(compressed.Documents.Distinct(), compressed.Documents);
            foreach (var (index, document) in compressed.Documents.Zip(compressed.Parts.Documents))
            {
                Assert.Equal(prompt.Documents[index].Title, document.Title);
                Assert.True(IsSubsequence(document.Text, prompt.Documents[index].Text), $"'{document.Text}' of '{prompt.Documents[index].Text}'");
            }
        },
        iter: 300, threads: 1);

    [Fact]
    public void Compress_ProtectedWords_StayWhereverTheyStand() => Gen.Select(Prompt, Gen.OneOfConst("london", "1894", "Thames", "zurich", "tower"), Gen.Double[1.2, 8]).Sample(
        (prompt, word, ratio) =>
        {
            var compressed = _compressor.Compress(prompt, new() { Ratio = ratio, Protected = [word] });
            Assert.Equal(Occurrences(prompt, word), Occurrences(compressed.Parts, word));
            Assert.True(compressed.Yielded is not null || compressed.TokensAfter <= compressed.TokensBefore / ratio);
        },
        iter: 300, threads: 1);

    [Theory]
    [InlineData("東京")]
    [InlineData("トヨタ")]
    [InlineData("「東京」")]
    [InlineData("𠮷野")]
    public void Compress_ProtectedWordOfSeveralCharacters_StaysWhole(string word)
    {
        const string Filler = "The weather is mild all year, and rain falls mostly in winter. ";
        var prompt = new PromptParts { Documents = [new(string.Concat(Enumerable.Repeat(Filler, 6)) + $"昨日は{word}{string.Concat(Enumerable.Repeat("に行きました", 8))}。")], Question = "Is rain mild?" };
        var compressed = _compressor.Compress(prompt, new() { Ratio = 3, Protected = [word] });
        Assert.Null(compressed.Yielded);
        Assert.Contains(word.Trim('「', '」'), Assert.Single(compressed.Parts.Documents).Text);
        Assert.DoesNotContain("昨日", compressed.Parts.Documents[0].Text);
    }

    [Theory]
    [InlineData("Thames—brown")]
    [InlineData("Thames/Severn")]
    [InlineData("river:Thames")]
    [InlineData("Thames's")]
    public void Compress_ProtectedWordWithinAnother_Stays(string word)
    {
        var filler = string.Concat(Enumerable.Range(0, 15).Select(i => $"Rain falls on hill {i} all day long. "));
        var compressed = _compressor.Compress(new() { Documents = [new($"{filler}The {word} is here.")], Question = "Is rain mild?" }, new() { Ratio = 3, Protected = ["Thames"] });
        Assert.Null(compressed.Yielded);
        Assert.Contains("Thames", Assert.Single(compressed.Parts.Documents).Text);
    }

    [Fact]
    public void Compress_CharactersOfAProtectedWordElsewhere_MayGo()
    {
        var prompt = new PromptParts { Documents = [new(string.Concat(Enumerable.Repeat("Rain falls mostly in winter. ", 12)) + "東の京")], Question = "Is rain mild?" };
        Assert.DoesNotContain("東", _compressor.Compress(prompt, new() { Ratio = 3, Protected = ["東京"] }).Parts.Documents[0].Text);
    }

    [Fact]
    public void Compress_ManyProtectedWordsThatBeginAlike_AreLookedForAtOnce()
    {
        // One after the other it would be 600 million comparisons, for every attempt.
        var text = new string('東', 6_000);
        var words = Enumerable.Range(1, CompressionOptions.MaxProtected).Select(i => new string('東', i % 200) + (char)('一' + i)).ToArray();
        var clock = Stopwatch.StartNew();

        var compressed = _compressor.Compress(new() { Documents = [new($"Rain falls. {text}。")], Question = "Is rain mild?" }, new() { Ratio = 3, Protected = words });

        Assert.Null(compressed.Yielded);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    [Fact]
    public void Problems_ProtectedWordOfAThousandCharacters_NamesTheLimit() =>
        Assert.Contains("more than 256 characters", Assert.Single(new CompressionOptions { Protected = [new('x', 1000)] }.Problems()));

    [Fact]
    public void Compress_Cancelled_Stops() => Assert.Throws<OperationCanceledException>(
        () => _compressor.Compress(Bridges, new() { Ratio = 2 }, new CancellationToken(canceled: true)));

    [Fact]
    public void Compress_ProtectedWordsDoNotFit_Yields()
    {
        var prompt = Bridges with { Documents = [new(string.Join(' ', Enumerable.Repeat("London calling.", 40)))] };
        var compressed = _compressor.Compress(prompt, new() { Ratio = 4, Protected = ["London"] });
        Assert.Contains("protected words do not fit", compressed.Yielded);
        Assert.Equal(prompt, compressed.Parts);
        Assert.Equal(compressed.TokensBefore, compressed.TokensAfter);
    }

    [Theory]
    [InlineData(30, "instruction and question alone")]
    [InlineData(4, "no sentence fits")]
    public void Compress_NothingCanStay_Yields(double ratio, string reason)
    {
        var prompt = new PromptParts { Documents = [new(string.Join(' ', Enumerable.Repeat("sand", 59)))], Question = "Why sand?" };
        Assert.Contains(reason, _compressor.Compress(prompt, new() { Ratio = ratio }).Yielded);
    }

    [Fact]
    public void Compress_NoDocuments_Yields() =>
        Assert.Contains("no document", _compressor.Compress(new() { Documents = [], Question = "Why?" }, new()).Yielded);

    [Fact]
    public void Compress_CostsMoreTimeThanItSaves_Yields()
    {
        var options = new CompressionOptions { Ratio = 2, LeadMillisecondsPerThousandTokens = 0 };
        var runs = Enumerable.Range(0, 4).Select(_ => _compressor.Compress(Bridges, options)).ToList();
        Assert.Null(runs[0].Yielded); // nothing is known of the speed yet
        Assert.Contains("save the lead 0 ms", runs[^1].Yielded);
        Assert.Null(_compressor.Compress(Bridges, options with { LeadMillisecondsPerThousandTokens = 1e9 }).Yielded);
    }

    [Fact]
    public void Compress_SlowAtFirst_IsTriedAgain()
    {
        var time = new ScriptedTime { Milliseconds = 300 };
        var compressor = new PromptCompressor(time);
        var options = new CompressionOptions { Ratio = 2, LeadMillisecondsPerThousandTokens = 50 };
        Assert.All([1, 2], _ => Assert.Null(compressor.Compress(Bridges, options).Yielded));

        time.Milliseconds = 0.1;
        var runs = Enumerable.Range(0, 30).Select(_ => compressor.Compress(Bridges, options).Yielded is null).ToList();

        Assert.Equal((19, true), (runs.TakeWhile(compressed => !compressed).Count(), runs.Skip(19).All(compressed => compressed)));
    }

    [Fact]
    public void Compress_AlwaysTakesLongerThanItSaves_IsTriedSeldom()
    {
        var compressor = new PromptCompressor(new ScriptedTime { Milliseconds = 300 });
        var options = new CompressionOptions { Ratio = 2, LeadMillisecondsPerThousandTokens = 50 };

        Assert.Equal(2 + 5, Enumerable.Range(0, 102).Count(_ => compressor.Compress(Bridges, options).Yielded is null));
    }

    [Fact]
    public void Compress_ConsecutiveTurns_KeepsWhatStandsBesideTheRelevant()
    {
        var turns = Enumerable.Range(0, 60).Select(i => new PromptDocument(i == 30 ? "Ann: Is the zebra budget final?" : $"Bob: Yes, number {i} it is, I think so."));
        var compressed = _compressor.Compress(new() { Documents = [.. turns], Question = "zebra budget" }, new() { Ratio = 6, Consecutive = true });
        Assert.Equal(Enumerable.Range(compressed.Documents[0], compressed.Documents.Count), compressed.Documents);
        Assert.Contains(30, compressed.Documents);
    }

    [Fact]
    public void Validate_EverythingWrong_NamesEachOption()
    {
        var options = new CompressionOptions { Ratio = double.NaN, Protected = ["two words", ""], LeadMillisecondsPerThousandTokens = -1 };
        var problems = Assert.Throws<CompressionOptionsInvalidException>(() => _compressor.Compress(Bridges, options)).Problems;
        Assert.Equal(3, problems.Count);
    }

    [Theory]
    [InlineData("?", false)]
    [InlineData("€", false)]
    [InlineData("C#", true)]
    [InlineData("👍", true)]
    public void Problems_ProtectedWordThatStandsInNoWord_IsNamed(string word, bool isWord) =>
        Assert.Equal(isWord ? 0 : 1, new CompressionOptions { Protected = [word] }.Problems().Count);

    private static bool IsSubsequence(string part, string whole)
    {
        var at = 0;
        foreach (var c in whole)
        {
            at += at < part.Length && part[at] == c ? 1 : 0;
        }

        return at == part.Length;
    }

    private static int Occurrences(PromptParts prompt, string word) => prompt.Documents
        .SelectMany(document => document.Text.Split(' '))
        .Count(text => text.Trim('.', ',', '!', '(', ')', '"').Replace('ü', 'u').Equals(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every look at the clock comes so much later.</summary>
    private sealed class ScriptedTime : TimeProvider
    {
        private long _now;

        public double Milliseconds { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += (long)(Milliseconds * TimeSpan.TicksPerMillisecond);
    }
}
