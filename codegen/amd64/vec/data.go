package vec

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Table is read-only data that functions of a file take the address of, by
// [OpTable]. It is not seen outside of the file.
type Table struct {
	Name string
	Data []byte
}

// data are the constants of a file, each once, in the order of their first use.
type data struct {
	index map[datumKey]mem
	list  []datum
}

// datumKey is what tells constants apart. Only functions of AVX2 need their
// constants whole: the others have a load that repeats.
type datumKey struct {
	isa  ISA
	elem Elem
	kind datumKind
	bits uint64
}

// datumKind is what a constant's lanes make of its number.
type datumKind uint8

const (
	repeated datumKind = iota // all have it
	stepped                   // lane i has i times it
	leading                   // so many have all bits set, the others none
	digits                    // lane i has digit i, of 4 bits
)

type datum struct {
	name  string
	note  string
	bytes []byte
	used  bool // zeros, for instance, are made without
}

func newData() *data { return &data{index: map[datumKey]mem{}} }

// constant is the operand that has the bits in all lanes.
func (d *data) constant(isa ISA, elem Elem, bits uint64) mem {
	key := datumKey{isa, elem, repeated, bits}
	m, ok := d.index[key]
	if !ok {
		size := elem.Size()
		name := "c" + strconv.Itoa(8*size)
		times := 1
		if isa == AVX2 {
			times = isa.Bytes() / size
			name += "x" + strconv.Itoa(times)
		}
		name += "_" + strconv.FormatUint(bits, 16)
		m = d.make(key, name, number(elem, bits), times, func(int) uint64 { return bits })
		m.bcst, m.zeros = isa != AVX2, bits == 0
		d.index[key] = m
	}
	return m
}

// steps is the operand with the integers 0, by, 2·by, … in lanes.
func (d *data) steps(isa ISA, elem Elem, by int64) mem {
	return d.whole(datumKey{isa, elem, stepped, uint64(by)}, 's', fmt.Sprintf("0, %d, %d, …", by, 2*by),
		func(i int) uint64 { return uint64(int64(i) * by) })
}

// digits is the operand with the integers in lanes of which bits has 4 bits each.
func (d *data) digits(isa ISA, elem Elem, bits uint64) mem {
	return d.whole(datumKey{isa, elem, digits, bits}, 'd', "", func(i int) uint64 { return bits >> (4 * i) & 15 })
}

// leading is the operand that as a mask holds in the first n lanes.
func (d *data) leading(isa ISA, elem Elem, n int64) mem {
	return d.whole(datumKey{isa, elem, leading, uint64(n)}, 'm', fmt.Sprintf("the first %d lanes", n), func(i int) uint64 {
		if int64(i) < n {
			return math.MaxUint64
		}
		return 0
	})
}

// whole is the operand whose lanes differ, as lane says.
func (d *data) whole(key datumKey, letter rune, note string, lane func(int) uint64) mem {
	m, ok := d.index[key]
	if !ok {
		size := key.elem.Size()
		lanes := key.isa.Bytes() / size
		m = d.make(key, fmt.Sprintf("%c%dx%d_%x", letter, 8*size, lanes, key.bits), note, lanes, lane)
		m.zeros = key.kind == stepped && key.bits == 0
		d.index[key] = m
	}
	return m
}

func (d *data) make(key datumKey, name, note string, times int, lane func(int) uint64) mem {
	var bytes []byte
	for i := range times {
		if key.elem == F32 {
			bytes = binary.LittleEndian.AppendUint32(bytes, uint32(lane(i)))
		} else {
			bytes = binary.LittleEndian.AppendUint64(bytes, lane(i))
		}
	}
	d.list = append(d.list, datum{name: name, note: note, bytes: bytes})
	return mem{kind: memData, disp: int64(len(d.list) - 1)}
}

func number(elem Elem, bits uint64) string {
	if elem == F32 {
		return strconv.FormatFloat(float64(math.Float32frombits(uint32(bits))), 'g', -1, 32)
	}
	return strconv.FormatFloat(math.Float64frombits(bits), 'g', -1, 64)
}

// add adds the constants of another part of the file.
func (d *data) add(list []datum) {
	for _, c := range list {
		if i := slices.IndexFunc(d.list, func(o datum) bool { return o.name == c.name }); i >= 0 {
			d.list[i].used = d.list[i].used || c.used
		} else {
			d.list = append(d.list, c)
		}
	}
}

// write appends the declarations.
func (d *data) write(to []byte) []byte {
	for _, c := range d.list {
		if !c.used {
			continue
		}
		to = append(to, '\n')
		if c.note != "" {
			to = append(append(append(to, "// "...), c.note...), '\n')
		}
		for at := 0; at < len(c.bytes); {
			rest := c.bytes[at:]
			size, value := 1, uint64(rest[0])
			switch {
			case len(rest) >= 8:
				size, value = 8, binary.LittleEndian.Uint64(rest)
			case len(rest) >= 4:
				size, value = 4, uint64(binary.LittleEndian.Uint32(rest))
			}
			to = append(append(append(to, "DATA "...), c.name...), "<>+"...)
			to = append(strconv.AppendInt(to, int64(at), 10), "(SB)/"...)
			to = append(strconv.AppendInt(to, int64(size), 10), ", $0x"...)
			to = append(strconv.AppendUint(to, value, 16), '\n')
			at += size
		}
		to = append(append(append(to, "GLOBL "...), c.name...), "<>(SB), RODATA|NOPTR, $"...)
		to = append(strconv.AppendInt(to, int64(len(c.bytes)), 10), '\n')
	}
	return to
}
