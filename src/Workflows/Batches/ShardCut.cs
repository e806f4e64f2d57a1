using Understudy.Inference.Datasets;

namespace Understudy.Workflows.Batches;

/// <summary>Counts lines and records of a byte stream that comes in pieces, and notes shards.</summary>
internal sealed class ShardCut(int shardRecords, long shardBytes)
{
    private readonly List<Shard> _shards = [];
    private long _position;
    private long _line = 1;
    private bool _blank = true;
    private long _length;
    private int _mark;
    private long _shardOffset;
    private long _shardLine = 1;
    private int _shardRecords;

    /// <summary>Lines so far that are not blank.</summary>
    public int Records { get; private set; }

    public void Feed(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var end = piece.IndexOf((byte)'\n');
            var line = end < 0 ? piece : piece[..end];
            Look(line);
            _position += line.Length;
            if (end < 0)
            {
                return;
            }

            _position++;
            EndLine();
            piece = piece[(end + 1)..];
        }
    }

    /// <summary>Ends the last line and the last shard.</summary>
    public IReadOnlyList<Shard> Finish()
    {
        EndLine();
        EndShard();
        return _shards;
    }

    /// <summary>What <see cref="DatasetReader"/> passes over is blank: white space, after a byte order mark or without.</summary>
    private void Look(ReadOnlySpan<byte> part)
    {
        var mark = DatasetReader.ByteOrderMark;
        for (; _mark == _length && _mark < mark.Length && !part.IsEmpty && part[0] == mark[_mark]; part = part[1..])
        {
            _mark++;
            _length++;
        }

        _length += part.Length;
        _blank = _blank && part.IndexOfAnyExcept(DatasetReader.Blanks) < 0;
    }

    private void EndLine()
    {
        if (!_blank || (_mark > 0 && _mark < DatasetReader.ByteOrderMark.Length))
        {
            Records++;
            _shardRecords++;
        }

        (_blank, _length, _mark) = (true, 0, 0);
        _line++;
        if (_shardRecords >= shardRecords || (_shardRecords > 0 && _position - _shardOffset >= shardBytes))
        {
            EndShard();
        }
    }

    private void EndShard()
    {
        if (_shardRecords > 0)
        {
            _shards.Add(new(_shards.Count, _shardOffset, _position - _shardOffset, _shardLine, _shardRecords));
        }

        _shardOffset = _position;
        _shardLine = _line;
        _shardRecords = 0;
    }
}
