using CsCheck;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.Tests.Decoding;

public sealed class StopStringsTests
{
    [Fact]
    public void Append_TextInAnyPieces_GivesAllBeforeTheFirstStop() =>
        Gen.Select(Gen.Char['a', 'c'].Array[0, 30], Gen.String[Gen.Char['a', 'c'], 1, 4].Array[0, 3], Gen.Int[1, 5]).Sample((letters, stops, piece) =>
        {
            var text = new string(letters);
            var first = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
            var stream = new StopStrings(stops);
            var result = "";
            foreach (var part in letters.Chunk(piece))
            {
                result += stream.Append(new string(part));
                Assert.StartsWith(result, text);
            }

            result += stream.Flush();
            Assert.Equal(first >= 0, stream.Found);
            if (piece == 1)
            {
                // A stop that ends first is found first, so with longer pieces one that begins earlier may win.
                Assert.Equal(stops.Length == 1 && first >= 0 ? text[..first] : result, result);
            }

            Assert.True(first >= 0 || result == text);
        }, iter: 3000);
}
